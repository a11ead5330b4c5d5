/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/capture.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_gre.h>
#include <rte_ip.h>

#include "capture/pcapng.h"
#include "runtime/rcu.h"
#include "util/log.h"

#define RECORDS 1024 /* a power of two */
#define RECORD_BYTES 2176
#define DEFAULT_PACKETS 10000
#define WRITE_PERIOD_NS 20000000
#define APPLICATION "nfaas-dataplane"

struct record {
	uint64_t time_ns;
	uint32_t length, captured;
	uint16_t port;
	uint8_t direction;
	char port_name[64];
	uint8_t bytes[RECORD_BYTES];
};

struct capture {
	FILE *file;
	pthread_t writer;
	uint32_t tenant_id, snap_length;
	uint64_t max_packets;
	uint32_t interface_of[DP_MAX_PORTS]; /* writer: pcapng interface + 1; 0 = not written yet */
	char name_of[DP_MAX_PORTS][64];
	uint32_t n_interfaces;
	bool failed; /* writer: the disk refused */
	_Atomic bool stop;
	_Atomic uint32_t head __rte_cache_aligned; /* I/O thread moves it */
	uint64_t taken, missed;                    /* I/O thread's */
	_Atomic uint32_t tail __rte_cache_aligned; /* writer moves it */
	struct record records[RECORDS];
};

/* The tenant in the GRE key (RFC 2890) of a fabric frame; 0 = not one of ours. */
static uint32_t
fabric_tenant(const struct rte_mbuf *m)
{
	const struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	const struct rte_ipv4_hdr *ip = (const void *)(eth + 1);
	uint32_t key;

	if (m->data_len < sizeof(*eth) + sizeof(*ip) + 8 || eth->ether_type != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4) ||
	    ip->next_proto_id != IPPROTO_GRE)
		return 0;
	uint32_t gre = (uint32_t)sizeof(*eth) + rte_ipv4_hdr_len(ip);
	if (m->data_len < gre + 8 || !(rte_pktmbuf_mtod_offset(m, const struct rte_gre_hdr *, gre)->k))
		return 0;
	memcpy(&key, rte_pktmbuf_mtod_offset(m, const void *, gre + 4), sizeof(key));
	return rte_be_to_cpu_32(key) >> 8;
}

static void
fill_record(const struct capture *c, struct record *r, const struct port *port, const struct rte_mbuf *m,
	enum capture_direction direction)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now); /* vDSO: no system call */
	r->time_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	r->length = m->pkt_len;
	r->captured = RTE_MIN(RTE_MIN((uint32_t)m->data_len, c->snap_length), (uint32_t)RECORD_BYTES);
	r->port = port->dp.index;
	r->direction = (uint8_t)direction;
	memcpy(r->port_name, port->dp.name, sizeof(r->port_name));
	memcpy(r->bytes, rte_pktmbuf_mtod(m, const void *), r->captured);
}

void
capture_copy(struct capture *c, const struct port *port, struct rte_mbuf **pkts, uint16_t n,
	enum capture_direction direction)
{
	uint32_t head = atomic_load_explicit(&c->head, memory_order_relaxed);
	uint32_t tail = atomic_load_explicit(&c->tail, memory_order_acquire);

	for (uint16_t i = 0; i < n && c->taken < c->max_packets; i++) {
		if (c->tenant_id != 0 && fabric_tenant(pkts[i]) != c->tenant_id)
			continue;
		if (head - tail == RECORDS) {
			c->missed++;
			continue;
		}
		fill_record(c, &c->records[head++ % RECORDS], port, pkts[i], direction);
		c->taken++;
	}
	atomic_store_explicit(&c->head, head, memory_order_release);
}

static bool
write_record(struct capture *c, const struct record *r)
{
	uint32_t *interface = &c->interface_of[r->port];

	if (*interface == 0 || strcmp(c->name_of[r->port], r->port_name) != 0) {
		if (!pcapng_write_interface(c->file, r->port_name, c->snap_length))
			return false;
		*interface = ++c->n_interfaces;
		memcpy(c->name_of[r->port], r->port_name, sizeof(r->port_name));
	}
	return pcapng_write_packet(c->file, *interface - 1, r->time_ns, r->bytes, r->captured, r->length,
		r->direction);
}

static void
write_queued(struct capture *c)
{
	uint32_t head = atomic_load_explicit(&c->head, memory_order_acquire);
	uint32_t tail = atomic_load_explicit(&c->tail, memory_order_relaxed);

	for (; tail != head; tail++) {
		if (!c->failed && !write_record(c, &c->records[tail % RECORDS])) {
			c->failed = true;
			log_warn("capture can't write", "error=\"%s\"", strerror(errno));
		}
		atomic_store_explicit(&c->tail, tail + 1, memory_order_release);
	}
	fflush(c->file); /* so that the file can be read while the capture runs */
}

static void *
writer_main(void *arg)
{
	const struct timespec period = {.tv_nsec = WRITE_PERIOD_NS};
	struct capture *c = arg;

	while (!atomic_load(&c->stop)) {
		write_queued(c);
		nanosleep(&period, NULL);
	}
	write_queued(c);
	return NULL;
}

static bool
refuse(struct dp_error *error, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *message)
{
	*error = (struct dp_error){.code = code};
	snprintf(error->field, sizeof(error->field), "%s", field);
	snprintf(error->message, sizeof(error->message), "%s", message);
	return false;
}

static struct capture *
capture_new(const struct capture_config *config)
{
	struct capture *c = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL(sizeof(*c), RTE_CACHE_LINE_SIZE));

	if (c == NULL)
		return NULL;
	memset(c, 0, offsetof(struct capture, records));
	c->tenant_id = config->tenant_id;
	c->max_packets = config->max_packets != 0 ? config->max_packets : DEFAULT_PACKETS;
	c->snap_length = config->snap_length != 0 ? config->snap_length : UINT16_MAX;
	return c;
}

bool
capture_start(struct shared *shared, const struct capture_config *config, struct dp_error *error)
{
	char message[sizeof(error->message)];
	struct capture *c;

	if (atomic_load(&shared->capture) != NULL)
		return refuse(error, NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_BUSY, "", "a capture is running; stop it first");
	if ((c = capture_new(config)) == NULL)
		return refuse(error, NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_OUT_OF_MEMORY, "", "no memory for the ring");
	c->file = fopen(config->path, "wbe");
	if (c->file == NULL || !pcapng_write_section(c->file, APPLICATION) ||
	    pthread_create(&c->writer, NULL, writer_main, c) != 0) {
		snprintf(message, sizeof(message), "cannot write %.180s: %s", config->path, strerror(errno));
		if (c->file != NULL)
			fclose(c->file);
		free(c);
		return refuse(error, NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_INVALID_ARGUMENT, "path", message);
	}
	atomic_store_explicit(&shared->capture, c, memory_order_release);
	return true;
}

bool
capture_stop(struct shared *shared, uint64_t *packets, uint64_t *missed)
{
	struct capture *c = atomic_exchange(&shared->capture, NULL);

	if (c == NULL)
		return false;
	rcu_synchronize(shared->rcu);
	atomic_store(&c->stop, true);
	pthread_join(c->writer, NULL);
	*packets = c->taken;
	*missed = c->missed;
	fclose(c->file);
	free(c);
	return true;
}
