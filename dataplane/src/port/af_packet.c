/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An edge port on a Linux interface (a veth's end, here): AF_PACKET with a shared receive ring (TPACKET_V2) and
 * sendmmsg. Why not DPDK's net_af_packet: it hides its socket, so that an idle pod would have to poll it, and it
 * drops what the kernel told of each packet (VLAN tag, checksum left to "hardware").
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <rte_ip.h>
#include <rte_memcpy.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "port/packet_socket.h"
#include "port/port.h"
#include "util/log.h"

struct af_packet {
	struct port port; /* first: ports are cast to this */
	struct packet_socket socket;
	uint32_t next; /* frame of its ring */
	_Atomic bool up;
	_Atomic uint64_t oversize; /* frames longer than one buffer: segmentation offload at the host */
	bool oversize_told;
};

static struct af_packet *
af_packet_of(const struct port *port)
{
	return (struct af_packet *)(uintptr_t)port;
}

/* The sender left the checksum to a device that does not exist on a veth. */
static void
complete_checksum(struct rte_mbuf *m)
{
	struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	struct rte_ipv4_hdr *ip = (void *)(eth + 1);
	uint32_t header = sizeof(*eth) + sizeof(*ip);

	if (m->data_len < header || eth->ether_type != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4))
		return;
	uint32_t l4 = sizeof(*eth) + rte_ipv4_hdr_len(ip);
	uint32_t end = sizeof(*eth) + rte_be_to_cpu_16(ip->total_length);
	if (end > m->data_len || end < l4)
		return;
	if (ip->next_proto_id == IPPROTO_TCP && end - l4 >= sizeof(struct rte_tcp_hdr)) {
		struct rte_tcp_hdr *tcp = rte_pktmbuf_mtod_offset(m, struct rte_tcp_hdr *, l4);
		tcp->cksum = 0;
		tcp->cksum = rte_ipv4_udptcp_cksum(ip, tcp);
	} else if (ip->next_proto_id == IPPROTO_UDP && end - l4 >= sizeof(struct rte_udp_hdr)) {
		struct rte_udp_hdr *udp = rte_pktmbuf_mtod_offset(m, struct rte_udp_hdr *, l4);
		udp->dgram_cksum = 0;
		udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	}
}

/* Leaves m empty when the frame cannot be taken whole: the datapath counts it as malformed. */
static void
copy_frame(struct af_packet *a, const struct tpacket2_hdr *frame, struct rte_mbuf *m)
{
	if (unlikely(frame->tp_len > frame->tp_snaplen || frame->tp_snaplen > rte_pktmbuf_tailroom(m))) {
		counter_add(&a->oversize, 1);
		return;
	}
	rte_memcpy(rte_pktmbuf_mtod(m, void *), (const uint8_t *)frame + frame->tp_mac, frame->tp_snaplen);
	m->data_len = (uint16_t)frame->tp_snaplen;
	m->pkt_len = frame->tp_snaplen;
	if (frame->tp_status & TP_STATUS_CSUMNOTREADY)
		complete_checksum(m);
	if (frame->tp_status & TP_STATUS_VLAN_VALID) {
		m->vlan_tci = frame->tp_vlan_tci; /* the kernel took the tag off; the datapath expects it in place */
		if (rte_vlan_insert(&m) < 0)
			rte_pktmbuf_reset(m); /* no headroom: not reachable with our pool */
	}
}

static uint16_t
af_packet_rx(struct port *port, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n)
{
	struct af_packet *a = af_packet_of(port);
	uint16_t got = 0;

	while (got < n) {
		struct tpacket2_hdr *frame = packet_socket_frame(&a->socket, a->next);
		if (!packet_socket_is_ready(frame))
			break;
		struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
		if (unlikely(m == NULL))
			break; /* left in the ring: the kernel drops and counts at the interface */
		copy_frame(a, frame, m);
		pkts[got++] = m;
		__atomic_store_n(&frame->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		a->next = (a->next + 1) % PACKET_SOCKET_FRAMES;
	}
	return got;
}

static enum tx_stop
stop_reason(struct af_packet *a, int error)
{
	if (error == EMSGSIZE)
		return TX_TOO_BIG;
	if (error != ENETDOWN && error != ENXIO && error != ENODEV)
		return TX_FULL;
	atomic_store_explicit(&a->up, false, memory_order_relaxed);
	return TX_DOWN;
}

static uint16_t
af_packet_tx(struct port *port, struct rte_mbuf **pkts, uint16_t n, enum tx_stop *why)
{
	struct af_packet *a = af_packet_of(port);
	struct mmsghdr messages[DP_BURST];
	struct iovec iov[DP_BURST];

	n = RTE_MIN(n, DP_BURST);
	for (uint16_t i = 0; i < n; i++) {
		iov[i] = (struct iovec){.iov_base = rte_pktmbuf_mtod(pkts[i], void *), .iov_len = pkts[i]->data_len};
		messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &iov[i], .msg_iovlen = 1}};
	}
	int sent = sendmmsg(a->socket.fd, messages, n, MSG_DONTWAIT);
	if (sent <= 0) {
		*why = stop_reason(a, errno);
		return 0;
	}
	*why = TX_FULL;
	rte_pktmbuf_free_bulk(pkts, (unsigned)sent);
	return (uint16_t)sent;
}

static bool
af_packet_is_up(const struct port *port)
{
	return atomic_load_explicit(&af_packet_of(port)->up, memory_order_relaxed);
}

static bool
af_packet_is_crowded(const struct port *port)
{
	const struct af_packet *a = af_packet_of(port);

	return packet_socket_is_ready(packet_socket_frame(&a->socket, a->next + PACKET_SOCKET_FRAMES / 2));
}

static int
af_packet_arm(struct port *port, bool *pending)
{
	struct af_packet *a = af_packet_of(port);

	*pending = packet_socket_is_ready(packet_socket_frame(&a->socket, a->next));
	return a->socket.fd;
}

static void
af_packet_disarm(struct port *port, short revents)
{
	struct af_packet *a = af_packet_of(port);
	int error;
	socklen_t size = sizeof(error);

	/* A vanished interface leaves an error that would wake every ppoll until it is read. */
	if (revents & (POLLERR | POLLHUP))
		(void)getsockopt(a->socket.fd, SOL_SOCKET, SO_ERROR, &error, &size);
}

static void
af_packet_tick(struct port *port)
{
	struct af_packet *a = af_packet_of(port);
	struct ifreq request = {0};

	memcpy(request.ifr_name, a->socket.interface, sizeof(a->socket.interface));
	bool gone = if_nametoindex(a->socket.interface) != a->socket.ifindex;
	bool running = !gone && ioctl(a->socket.fd, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_RUNNING);
	bool changed = atomic_exchange_explicit(&a->up, running, memory_order_relaxed) != running;
	if (changed && port->dp.name[0] != '\0') /* it has no name while it is being opened */
		log_info(running ? "edge port up" : "edge port down", "port=%s interface=%s gone=%d", port->dp.name,
			a->socket.interface, gone);
	if (!a->oversize_told && counter_read(&a->oversize) > 0) {
		a->oversize_told = true;
		log_warn("edge port drops frames longer than 1982 bytes",
			"port=%s mend=\"switch off segmentation offload at the host: ethtool -K IFACE tx off\"",
			port->dp.name);
	}
}

static bool
af_packet_is_stale(const struct port *port)
{
	const struct af_packet *a = af_packet_of(port);

	return if_nametoindex(a->socket.interface) != a->socket.ifindex;
}

static void
af_packet_close(struct port *port)
{
	struct af_packet *a = af_packet_of(port);

	packet_socket_close(&a->socket);
	free(a);
}

static const struct port_ops af_packet_ops = {
	.driver = "af_packet", .rx = af_packet_rx, .tx = af_packet_tx, .is_up = af_packet_is_up,
	.is_crowded = af_packet_is_crowded,
	.arm = af_packet_arm, .disarm = af_packet_disarm, .tick = af_packet_tick, .is_stale = af_packet_is_stale,
	.close = af_packet_close,
};

struct port *
af_packet_open(const char *interface, char error[PORT_ERROR_MAX])
{
	struct af_packet *a = calloc(1, sizeof(*a));
	const char *failed;
	unsigned ifindex;

	if (a == NULL) {
		snprintf(error, PORT_ERROR_MAX, "out of memory");
		return NULL;
	}
	a->port.ops = &af_packet_ops;
	ifindex = if_nametoindex(interface);
	if (ifindex == 0) {
		snprintf(error, PORT_ERROR_MAX, "interface %s does not exist in this network namespace", interface);
		free(a);
		return NULL;
	}
	failed = packet_socket_open(&a->socket, interface, ifindex);
	if (failed != NULL) {
		snprintf(error, PORT_ERROR_MAX, "interface %s: %s: %s%s", interface, failed, strerror(errno),
			errno == EPERM ? "; the process needs CAP_NET_RAW" : "");
		af_packet_close(&a->port);
		return NULL;
	}
	a->port.dp.mac = a->socket.mac;
	a->port.dp.mtu = a->socket.mtu;
	af_packet_tick(&a->port);
	return &a->port;
}
