/* SPDX-License-Identifier: Apache-2.0 */
#include "port/packet_socket.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_mbuf.h>

#define RING_SIZE ((size_t)PACKET_SOCKET_FRAMES * PACKET_SOCKET_FRAME_SIZE)
#define BLOCK_SIZE (32 * PACKET_SOCKET_FRAME_SIZE)
#define SEND_BUFFER (4 << 20)
#define MTU_MAX (RTE_MBUF_DEFAULT_DATAROOM - RTE_ETHER_HDR_LEN) /* one packet buffer */

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23 /* Linux 4.20; Debian 12's glibc headers may lack it */
#endif

static int
set_option(int fd, int option, const void *value, socklen_t size)
{
	return setsockopt(fd, SOL_PACKET, option, value, size);
}

const char *
packet_socket_open(struct packet_socket *s, const char *interface, unsigned ifindex)
{
	const int version = TPACKET_V2, on = 1, send_buffer = SEND_BUFFER;
	const struct tpacket_req ring = {.tp_block_size = BLOCK_SIZE, .tp_frame_size = PACKET_SOCKET_FRAME_SIZE,
		.tp_block_nr = RING_SIZE / BLOCK_SIZE, .tp_frame_nr = PACKET_SOCKET_FRAMES};
	const struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ifindex};
	struct ifreq request = {0};

	*s = (struct packet_socket){.fd = -1, .ifindex = ifindex};
	snprintf(s->interface, sizeof(s->interface), "%s", interface);
	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return "packet socket";
	memcpy(request.ifr_name, s->interface, sizeof(s->interface));
	if (ioctl(s->fd, SIOCGIFHWADDR, &request) < 0)
		return "hardware address";
	memcpy(&s->mac, request.ifr_hwaddr.sa_data, RTE_ETHER_ADDR_LEN);
	if (ioctl(s->fd, SIOCGIFMTU, &request) < 0)
		return "MTU";
	s->mtu = (uint16_t)RTE_MIN(request.ifr_mtu, MTU_MAX);
	if (set_option(s->fd, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    set_option(s->fd, PACKET_RX_RING, &ring, sizeof(ring)) < 0)
		return "receive ring";
	if (set_option(s->fd, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0 ||
	    set_option(s->fd, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0)
		return "socket option";
	/* Without the privilege the default size stays, which only costs burst. */
	(void)setsockopt(s->fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer, sizeof(send_buffer));
	void *map = mmap(NULL, RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	if (map == MAP_FAILED)
		return "mapping of the receive ring";
	s->ring = map;
	return bind(s->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? "bind" : NULL;
}

void
packet_socket_close(struct packet_socket *s)
{
	if (s->ring != NULL)
		munmap(s->ring, RING_SIZE);
	if (s->fd >= 0)
		close(s->fd);
}
