/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/doorbell.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void
doorbell_wait(struct doorbell *bell, unsigned timeout_ms)
{
	const struct timespec timeout = {.tv_sec = timeout_ms / 1000, .tv_nsec = (timeout_ms % 1000) * 1000000L};

	/* Returns at once when the flag was cleared meanwhile. */
	syscall(SYS_futex, &bell->sleeping, FUTEX_WAIT_PRIVATE, 1, &timeout, NULL, 0);
}

void
doorbell_wake(struct doorbell *bell)
{
	syscall(SYS_futex, &bell->sleeping, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
