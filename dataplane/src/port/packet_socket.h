/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A packet socket bound to one interface, with a receive ring that the kernel shares (TPACKET_V2; Linux
 * Documentation/networking/packet_mmap.rst).
 */
#ifndef NFAAS_PACKET_SOCKET_H
#define NFAAS_PACKET_SOCKET_H

#include <linux/if_packet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>

#define PACKET_SOCKET_FRAME_SIZE 2048
#define PACKET_SOCKET_FRAMES 1024

struct packet_socket {
	int fd;
	char interface[IF_NAMESIZE];
	unsigned ifindex;
	struct rte_ether_addr mac; /* the interface's */
	uint16_t mtu;              /* what it takes and one packet buffer holds, bytes */
	uint8_t *ring;
};

/* NULL, or the step that failed (errno says why): what was opened until then is to be closed all the same. */
const char *packet_socket_open(struct packet_socket *socket, const char *interface, unsigned ifindex);
void packet_socket_close(struct packet_socket *socket);

static inline struct tpacket2_hdr *
packet_socket_frame(const struct packet_socket *socket, uint32_t index)
{
	return (void *)(socket->ring + (size_t)(index % PACKET_SOCKET_FRAMES) * PACKET_SOCKET_FRAME_SIZE);
}

/* The kernel has filled it. */
static inline bool
packet_socket_is_ready(const struct tpacket2_hdr *frame)
{
	return (__atomic_load_n(&frame->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
}

#endif
