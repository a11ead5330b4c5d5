/* SPDX-License-Identifier: Apache-2.0 */
/* Guarantee: no wake is lost. A consumer that sleeps whenever it finds nothing gets every item, and never has to be
 * rescued by its timeout. */
#include <pthread.h>
#include <time.h>

#include "check.h"
#include "runtime/doorbell.h"

#define ITEMS 200000
#define TIMEOUT_MS 60000 /* longer than the test may take (see meson.build): a lost wake fails it */

static struct doorbell bell;
static _Atomic uint32_t produced, consumed;

static void *
consume(void *arg)
{
	(void)arg;
	while (atomic_load(&consumed) < ITEMS) {
		if (atomic_load(&produced) > atomic_load(&consumed)) {
			atomic_fetch_add(&consumed, 1);
			continue;
		}
		doorbell_prepare(&bell);
		if (atomic_load(&produced) == atomic_load(&consumed))
			doorbell_wait(&bell, TIMEOUT_MS);
		doorbell_awake(&bell);
	}
	return NULL;
}

int
main(void)
{
	pthread_t consumer;

	CHECK("a thread", pthread_create(&consumer, NULL, consume, NULL) == 0);
	for (uint32_t i = 0; i < ITEMS; i++) {
		atomic_fetch_add(&produced, 1);
		if (doorbell_claim(&bell))
			doorbell_wake(&bell);
		if (i % 64 == 0) /* lets the consumer fall asleep now and then */
			while (atomic_load(&consumed) <= i && atomic_load(&bell.sleeping) == 0)
				sched_yield();
	}
	pthread_join(consumer, NULL);
	CHECK("every item was taken", atomic_load(&consumed) == ITEMS);
	return 0;
}
