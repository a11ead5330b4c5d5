/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: the bytes are what a neighbour says in a memif handshake and what it writes into the shared rings. Whatever it
 * lies, no memory but the region is touched and every packet buffer comes back. */
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/test.h"
#include "memif_fuzz.h"
#include "port/memif_control.h"

#define REGION_SIZE (1u << 17)
#define ROUNDS 4

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int sealed, unsealed, event;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	test_init();
	sealed = memfd_create("memif-fuzz", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	unsealed = memfd_create("memif-fuzz-unsealed", MFD_CLOEXEC);
	event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	CHECK(sealed >= 0 && unsealed >= 0 && event >= 0);
	CHECK(ftruncate(sealed, REGION_SIZE) == 0 && ftruncate(unsealed, REGION_SIZE) == 0);
	CHECK(fcntl(sealed, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
	return 0;
}

static void
say(int fd, const struct memif_fuzz_step *step)
{
	const int passed[PASSED_KINDS] = {-1, sealed, unsealed, event};
	int fd_passed = passed[step->passed % PASSED_KINDS];
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} ancillary = {0};
	struct iovec iov = {.iov_base = (void *)(uintptr_t)&step->message, .iov_len = sizeof(step->message)};
	struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd_passed >= 0) {
		header.msg_control = ancillary.bytes;
		header.msg_controllen = sizeof(ancillary.bytes);
		struct cmsghdr *c = CMSG_FIRSTHDR(&header);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd_passed, sizeof(int));
	}
	CHECK(sendmsg(fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof(step->message));
}

/* The neighbour's memory, changed under the hands of who reads it. */
static void
scribble(const struct memif_connection *connection, const uint8_t *memory, size_t size)
{
	if (size > 0 && connection->n_regions > 0 && connection->regions[0].base != NULL)
		memcpy(connection->regions[0].base, memory, RTE_MIN(size, connection->regions[0].size));
}

static void
carry(struct memif_connection *connection, const uint8_t *memory, size_t size)
{
	struct rte_mbuf *pkts[DP_BURST];

	for (unsigned round = 0; round < ROUNDS; round++) {
		enum tx_stop why;
		uint16_t n = memif_receive(connection, test_pool(), pkts, DP_BURST);

		rte_pktmbuf_free_bulk(pkts, n);
		CHECK(rte_pktmbuf_alloc_bulk(test_pool(), pkts, DP_BURST) == 0);
		for (unsigned i = 0; i < DP_BURST; i++)
			memset(rte_pktmbuf_append(pkts[i], 64), (int)i, 64);
		n = memif_send(connection, pkts, DP_BURST, &why);
		rte_pktmbuf_free_bulk(pkts + n, DP_BURST - n);
		(void)memif_is_crowded(connection);
		(void)memif_interrupt_enable(connection);
		memif_interrupt_disable(connection);
		scribble(connection, memory, size);
	}
}

static void
converse(struct memif_session *session, int peer, const struct memif_fuzz_input *input, const uint8_t *memory, size_t size)
{
	for (unsigned i = 0; i < input->n_steps; i++) {
		char answer[256];
		enum memif_progress progress;

		say(peer, (const struct memif_fuzz_step *)(input + 1) + i);
		progress = memif_session_receive(session);
		while (recv(peer, answer, sizeof(answer), MSG_DONTWAIT) > 0)
			;
		if (progress == MEMIF_BROKEN)
			CHECK(session->wrong != NULL);
		if (progress == MEMIF_ESTABLISHED)
			carry(session->connection, memory, size);
		if (progress != MEMIF_PENDING)
			return;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct memif_fuzz_input *input = (const void *)data;
	size_t steps;
	struct memif_session session;
	int fds[2];

	if (size < sizeof(*input))
		return 0;
	steps = sizeof(*input) + input->n_steps * sizeof(struct memif_fuzz_step);
	if (size < steps)
		return 0;
	CHECK(pwrite(sealed, data + steps, RTE_MIN(size - steps, REGION_SIZE), 0) >= 0);
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) == 0);
	CHECK(memif_session_start(&session, fds[0], input->is_server & 1) == 0);
	converse(&session, fds[1], input, data + steps, size - steps);
	memif_session_end(&session, session.wrong);
	close(fds[1]);
	CHECK(rte_mempool_in_use_count(test_pool()) == 0);
	return 0;
}
