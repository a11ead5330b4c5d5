/* SPDX-License-Identifier: Apache-2.0 */
/* Two ends of a memif connection in one process: handshake over a socket pair, then frames both ways. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_eal.h>

#include "check.h"
#include "port/memif_control.h"

static struct rte_mempool *pool;

struct pair {
	struct memif_session client, server;
	struct memif_connection *c, *s;
};

static void
connect_pair(struct pair *p)
{
	enum memif_progress client = MEMIF_PENDING, server = MEMIF_PENDING;
	int fds[2];

	CHECK("a socket pair", socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) == 0);
	CHECK("the server starts", memif_session_start(&p->server, fds[0], false) == 0);
	CHECK("the client starts", memif_session_start(&p->client, fds[1], true) == 0);
	for (int i = 0; i < 20 && (client == MEMIF_PENDING || server == MEMIF_PENDING); i++) {
		if (client == MEMIF_PENDING)
			client = memif_session_receive(&p->client);
		if (server == MEMIF_PENDING)
			server = memif_session_receive(&p->server);
	}
	CHECK("both ends agree that they are connected", client == MEMIF_ESTABLISHED && server == MEMIF_ESTABLISHED);
	p->c = p->client.connection;
	p->s = p->server.connection;
}

static void
end_pair(struct pair *p)
{
	memif_session_end(&p->client, "done");
	memif_session_end(&p->server, NULL);
}

static struct rte_mbuf *
frame_of(uint16_t length, uint8_t fill)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	CHECK("buffers return to the pool", m != NULL);
	memset(rte_pktmbuf_append(m, length), fill, length);
	return m;
}

static bool
is_frame(const struct rte_mbuf *m, uint16_t length, uint8_t fill)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);

	if (m->data_len != length || m->pkt_len != length)
		return false;
	for (uint16_t i = 0; i < length; i++)
		if (data[i] != fill)
			return false;
	return true;
}

/* More frames than both rings hold, so that every index wraps. */
static void
frames_arrive_whole_and_in_order(struct memif_connection *from, struct memif_connection *to)
{
	enum tx_stop why;

	for (unsigned i = 0; i < 70000; i++) {
		const uint16_t length = (uint16_t)(1 + i * 37 % 2048);
		struct rte_mbuf *m = frame_of(length, (uint8_t)i), *got;
		CHECK("there is room", memif_send(from, &m, 1, &why) == 1);
		CHECK("the frame arrives", memif_receive(to, pool, &got, 1) == 1);
		CHECK("it is the same frame", is_frame(got, length, (uint8_t)i));
		rte_pktmbuf_free(got);
	}
}

static void
a_full_ring_refuses_and_loses_nothing(struct memif_connection *from, struct memif_connection *to)
{
	struct rte_mbuf *m, *got[DP_BURST];
	enum tx_stop why;
	uint32_t sent = 0, received = 0;
	uint16_t n;

	while (memif_send(from, (m = frame_of(60, 1), &m), 1, &why) == 1)
		sent++;
	rte_pktmbuf_free(m);
	CHECK("the ring holds what it says", sent == from->tx.size && why == TX_FULL);
	while ((n = memif_receive(to, pool, got, DP_BURST)) > 0) {
		received += n;
		rte_pktmbuf_free_bulk(got, n);
	}
	CHECK("all of it arrives", received == sent);
}

static void
interrupts_are_asked_for_and_given(struct memif_connection *from, struct memif_connection *to)
{
	struct rte_mbuf *m = frame_of(60, 1), *got;
	enum tx_stop why;
	uint64_t count;

	CHECK("no event while polling", memif_send(from, &m, 1, &why) == 1 &&
		read(to->rx.event_fd, &count, sizeof(count)) < 0);
	CHECK("a frame that waits is told when interrupts are asked for", memif_interrupt_enable(to));
	CHECK("it is there", memif_receive(to, pool, &got, 1) == 1);
	rte_pktmbuf_free(got);
	CHECK("an empty ring has none", !memif_interrupt_enable(to));
	m = frame_of(60, 1);
	CHECK("the next frame rings", memif_send(from, &m, 1, &why) == 1 &&
		read(to->rx.event_fd, &count, sizeof(count)) == sizeof(count));
	memif_interrupt_disable(to);
	CHECK("it is there", memif_receive(to, pool, &got, 1) == 1);
	rte_pktmbuf_free(got);
}

static void
descriptors_outside_the_region_are_not_read(struct pair *p)
{
	const struct memif_desc lies[] = {{.region = 9, .length = 60}, {.offset = UINT32_MAX - 8, .length = 60},
		{.length = UINT32_MAX}, {.length = 1u << 20}};
	struct rte_mbuf *m, *got;
	enum tx_stop why;

	for (unsigned i = 0; i < RTE_DIM(lies); i++) {
		uint32_t slot = p->c->tx.next & (p->c->tx.size - 1);
		m = frame_of(60, 1);
		struct memif_desc honest = p->c->tx.ring->desc[slot];
		CHECK("sent", memif_send(p->c, &m, 1, &why) == 1);
		p->c->tx.ring->desc[slot] = lies[i];
		CHECK("the frame comes empty", memif_receive(p->s, pool, &got, 1) == 1 && got->data_len == 0);
		rte_pktmbuf_free(got);
		p->c->tx.ring->desc[slot] = honest;
	}
}

/* Sends five frames of 100 bytes, each of its own number. */
static void
send_five(struct memif_connection *from)
{
	struct rte_mbuf *pkts[5];
	enum tx_stop why;

	for (uint8_t i = 0; i < 5; i++)
		pkts[i] = frame_of(100, i);
	CHECK("sent", memif_send(from, pkts, 5, &why) == 5);
}

static void
a_frame_in_two_buffers_keeps_its_place_in_a_burst(struct pair *p)
{
	const uint16_t first = p->c->tx.next;
	struct rte_mbuf *got[DP_BURST];

	send_five(p->c);
	p->c->tx.ring->desc[(first + 1) & (p->c->tx.size - 1)].flags = MEMIF_DESC_NEXT;
	CHECK("two of five are one", memif_receive(p->s, pool, got, DP_BURST) == 4);
	CHECK("what came before it is whole", is_frame(got[0], 100, 0));
	CHECK("it is joined", got[1]->data_len == 200 && got[1]->pkt_len == 200 && *rte_pktmbuf_mtod_offset(got[1], uint8_t *, 99) == 1
		&& *rte_pktmbuf_mtod_offset(got[1], uint8_t *, 100) == 2);
	CHECK("what came behind it is whole", is_frame(got[2], 100, 3) && is_frame(got[3], 100, 4));
	rte_pktmbuf_free_bulk(got, 4);
}

static void
a_frame_whose_end_has_not_come_waits_and_holds_up_nobody_before_it(struct pair *p)
{
	const uint16_t last = (uint16_t)(p->c->tx.next + 4);
	struct memif_desc *d = &p->c->tx.ring->desc[last & (p->c->tx.size - 1)];
	struct rte_mbuf *got[DP_BURST];

	send_five(p->c);
	d->flags = MEMIF_DESC_NEXT;
	CHECK("four are there", memif_receive(p->s, pool, got, DP_BURST) == 4 && is_frame(got[3], 100, 3));
	rte_pktmbuf_free_bulk(got, 4);
	CHECK("the fifth is not", memif_receive(p->s, pool, got, DP_BURST) == 0);
	d->flags = 0;
	CHECK("until it is whole", memif_receive(p->s, pool, got, DP_BURST) == 1 && is_frame(got[0], 100, 4));
	rte_pktmbuf_free(got[0]);
}

static void
a_lie_in_a_burst_costs_that_frame_only(struct pair *p)
{
	const uint16_t first = p->c->tx.next;
	struct memif_desc *d = &p->c->tx.ring->desc[(first + 2) & (p->c->tx.size - 1)], honest = *d;
	struct rte_mbuf *got[DP_BURST];

	send_five(p->c);
	*d = (struct memif_desc){.region = 9, .length = 60};
	CHECK("all come", memif_receive(p->s, pool, got, DP_BURST) == 5);
	CHECK("one of them empty", got[2]->data_len == 0 && is_frame(got[1], 100, 1) && is_frame(got[3], 100, 3));
	rte_pktmbuf_free_bulk(got, 5);
	*d = honest;
}

static void
packets_of_every_kind_leave_in_one_burst(struct memif_connection *from, struct memif_connection *to)
{
	struct rte_mbuf *pkts[4] = {frame_of(100, 0), frame_of(100, 1), frame_of(100, 2), frame_of(100, 3)}, *got[DP_BURST];
	struct rte_mbuf *held = pkts[2];
	enum tx_stop why;

	CHECK("chained", rte_pktmbuf_chain(pkts[1], frame_of(50, 1)) == 0);
	rte_mbuf_refcnt_update(held, 1);
	CHECK("all are sent", memif_send(from, pkts, 4, &why) == 4);
	CHECK("all arrive", memif_receive(to, pool, got, DP_BURST) == 4);
	CHECK("in order, segments joined", is_frame(got[0], 100, 0) && is_frame(got[1], 150, 1) && is_frame(got[3], 100, 3));
	CHECK("what is held elsewhere is not given away", is_frame(held, 100, 2) && rte_mbuf_refcnt_read(held) == 1 && got[2] != held);
	rte_pktmbuf_free(held);
	rte_pktmbuf_free_bulk(got, 4);
}

static void
a_packet_longer_than_the_peers_buffers_takes_several(struct pair *p)
{
	const uint16_t first = p->s->tx.next;
	struct rte_mbuf *pkts[3] = {frame_of(60, 0), frame_of(150, 1), frame_of(60, 2)}, *got[DP_BURST];
	enum tx_stop why;

	for (uint16_t i = 0; i < 5; i++)
		p->c->rx.ring->desc[(uint16_t)(first + i) & (p->c->rx.size - 1)].length = 64;
	CHECK("all are sent", memif_send(p->s, pkts, 3, &why) == 3 && (uint16_t)(p->s->tx.next - first) == 5);
	CHECK("all arrive", memif_receive(p->c, pool, got, DP_BURST) == 3);
	CHECK("whole", is_frame(got[0], 60, 0) && is_frame(got[1], 150, 1) && is_frame(got[2], 60, 2));
	rte_pktmbuf_free_bulk(got, 3);
}

static void
a_server_refuses_what_is_no_handshake(void)
{
	struct memif_message m = {.type = MEMIF_ADD_RING};
	struct memif_session server;
	int fds[2];

	CHECK("a socket pair", socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) == 0);
	CHECK("the server starts", memif_session_start(&server, fds[0], false) == 0);
	CHECK("sent", send(fds[1], &m, sizeof(m), 0) == sizeof(m));
	CHECK("a ring without descriptor breaks it", memif_session_receive(&server) == MEMIF_BROKEN);
	memif_session_end(&server, server.wrong);
	close(fds[1]);
}

int
main(int argc, char **argv)
{
	char *args[] = {argv[0], "--no-huge", "-m", "64", "--no-pci", "--no-telemetry", "--no-shconf", "-l", "0",
		"--file-prefix", "nfaas-memif-test", "--log-level", "error"};
	struct pair p;

	(void)argc;
	CHECK("DPDK starts", rte_eal_init(RTE_DIM(args), args) >= 0);
	pool = rte_pktmbuf_pool_create("test", 4095, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	CHECK("a pool", pool != NULL);
	connect_pair(&p);
	frames_arrive_whole_and_in_order(p.c, p.s);
	frames_arrive_whole_and_in_order(p.s, p.c);
	a_full_ring_refuses_and_loses_nothing(p.c, p.s);
	a_full_ring_refuses_and_loses_nothing(p.s, p.c);
	interrupts_are_asked_for_and_given(p.c, p.s);
	interrupts_are_asked_for_and_given(p.s, p.c);
	descriptors_outside_the_region_are_not_read(&p);
	a_frame_in_two_buffers_keeps_its_place_in_a_burst(&p);
	a_frame_whose_end_has_not_come_waits_and_holds_up_nobody_before_it(&p);
	a_lie_in_a_burst_costs_that_frame_only(&p);
	packets_of_every_kind_leave_in_one_burst(p.c, p.s);
	packets_of_every_kind_leave_in_one_burst(p.s, p.c);
	a_packet_longer_than_the_peers_buffers_takes_several(&p);
	end_pair(&p);
	a_server_refuses_what_is_no_handshake();
	CHECK("no buffer is lost", rte_mempool_in_use_count(pool) == 0);
	const char *folder = strdupa(rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(folder); /* EAL leaves it, empty */
	return 0;
}
