/* SPDX-License-Identifier: Apache-2.0 */
#include "quic_initial.h"

#include <string.h>

#include "reader.h"

#define LONG_HEADER 0xc0 /* with the fixed bit */
#define TYPE_SHIFT 4
#define TYPE_MASK 3
#define PN_LENGTH_MAX 4
#define FIRST_MASK 0x0f /* bits of the first byte that are protected */

/* Frames that an Initial packet may have (RFC 9000 section 12.4). */
#define FRAME_PADDING 0x00
#define FRAME_PING 0x01
#define FRAME_ACK 0x02
#define FRAME_ACK_ECN 0x03
#define FRAME_CRYPTO 0x06
#define FRAME_CLOSE 0x1c

static const struct {
	uint32_t number;
	uint8_t initial; /* the packet type's number */
} versions[] = {
	[DP_QUIC_V1] = {.number = 1, .initial = 0},
	[DP_QUIC_V2] = {.number = 0x6b3343cf, .initial = 1},
};

/* A packet of a datagram; what is in `number` and `sealed` is not yet unprotected. */
struct packet {
	const uint8_t *start;
	enum dp_quic_version version;
	struct dp_reader cid;
	const uint8_t *number;
	size_t length; /* from `number` on */
};

/* RFC 9000 section 16. */
static uint64_t
read_varint(struct dp_reader *reader)
{
	unsigned size = dp_reader_left(reader) > 0 ? 1u << (*reader->at >> 6) : 1;
	uint64_t value = dp_read_number(reader, size);

	return value & (UINT64_MAX >> (66 - 8 * size));
}

static struct dp_reader
read_varint_vector(struct dp_reader *reader)
{
	uint64_t length = read_varint(reader);
	const uint8_t *at = length <= dp_reader_left(reader) ? dp_read_bytes(reader, (size_t)length) : NULL;

	if (at != NULL)
		return dp_reader_of(at, (size_t)length);
	reader->failed = true;
	return (struct dp_reader){.failed = true};
}

static bool
find_version(uint32_t number, enum dp_quic_version *version)
{
	for (unsigned i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (versions[i].number == number) {
			*version = (enum dp_quic_version)i;
			return true;
		}
	return false;
}

/* Takes the next packet of the datagram. False at its end, or at what has no long header of a version we know. */
static bool
next_packet(struct dp_reader *datagram, struct packet *packet, bool *initial)
{
	struct dp_reader rest;
	uint64_t first;

	packet->start = datagram->at;
	first = dp_read_number(datagram, 1);
	if ((first & LONG_HEADER) != LONG_HEADER || !find_version((uint32_t)dp_read_number(datagram, 4), &packet->version))
		return false;
	packet->cid = dp_read_vector(datagram, 1);
	if (dp_reader_left(&packet->cid) > DP_QUIC_CID_MAX)
		return false;
	dp_read_vector(datagram, 1); /* source connection id */
	*initial = (first >> TYPE_SHIFT & TYPE_MASK) == versions[packet->version].initial;
	if (*initial)
		read_varint_vector(datagram); /* token */
	rest = read_varint_vector(datagram);
	packet->number = rest.at;
	packet->length = dp_reader_left(&rest);
	return !datagram->failed;
}

static bool
is_same_connection(const struct packet *a, const struct packet *b)
{
	size_t length = dp_reader_left(&a->cid);

	return a->version == b->version && length == dp_reader_left(&b->cid) && memcmp(a->cid.at, b->cid.at, length) == 0;
}

/* Removes the header's protection and opens the packet. Bytes of plain text; 0 = it does not open. */
static size_t
open_packet(struct dp_quic_keys *keys, const struct packet *packet, uint8_t plain[DP_QUIC_DATAGRAM_MAX])
{
	uint8_t mask[DP_QUIC_SAMPLE], first, number[PN_LENGTH_MAX];
	struct dp_quic_piece header[3];
	uint32_t packet_number = 0;
	unsigned length;

	if (packet->length < PN_LENGTH_MAX + DP_QUIC_SAMPLE || !dp_quic_keys_mask(keys, packet->number + PN_LENGTH_MAX, mask))
		return 0;
	first = *packet->start ^ (mask[0] & FIRST_MASK);
	length = (first & 3u) + 1;
	for (unsigned i = 0; i < length; i++) {
		number[i] = packet->number[i] ^ mask[1 + i];
		packet_number = packet_number << 8 | number[i];
	}
	header[0] = (struct dp_quic_piece){&first, 1};
	header[1] = (struct dp_quic_piece){packet->start + 1, (size_t)(packet->number - packet->start) - 1};
	header[2] = (struct dp_quic_piece){number, length};
	if (!dp_quic_keys_open(keys, packet_number, header, 3, packet->number + length, packet->length - length, plain))
		return 0;
	return packet->length - length - DP_QUIC_TAG;
}

/* Bytes that came before stay: a sender may not change them. */
static void
note_crypto(struct dp_quic_stream *stream, uint64_t offset, struct dp_reader data)
{
	size_t length = dp_reader_left(&data);

	if (offset > DP_WEB_NAME_WITHIN || length > DP_WEB_NAME_WITHIN - offset) {
		stream->failed = true;
		return;
	}
	for (size_t i = 0, at = (size_t)offset; i < length; i++, at++) {
		uint64_t bit = UINT64_C(1) << (at & 63);

		if ((stream->there[at / 64] & bit) != 0 && stream->data[at] != data.at[i])
			stream->failed = true;
		stream->there[at / 64] |= bit;
		stream->data[at] = data.at[i];
	}
}

static void
skip_ack(struct dp_reader *frames, bool ecn)
{
	uint64_t ranges;

	read_varint(frames); /* largest acknowledged, delay */
	read_varint(frames);
	ranges = read_varint(frames);
	read_varint(frames); /* first range */
	for (uint64_t i = 0; i < ranges && !frames->failed; i++) {
		read_varint(frames);
		read_varint(frames);
	}
	for (unsigned i = 0; ecn && i < 3; i++)
		read_varint(frames);
}

static void
read_frame(struct dp_reader *frames, struct dp_quic_stream *stream)
{
	uint64_t offset, type = read_varint(frames);
	struct dp_reader data;

	switch (type) {
	case FRAME_PADDING:
	case FRAME_PING:
		break;
	case FRAME_ACK:
	case FRAME_ACK_ECN:
		skip_ack(frames, type == FRAME_ACK_ECN);
		break;
	case FRAME_CRYPTO:
		offset = read_varint(frames);
		data = read_varint_vector(frames);
		if (!data.failed)
			note_crypto(stream, offset, data);
		break;
	case FRAME_CLOSE:
		frames->at = frames->end;
		break;
	default:
		frames->failed = true;
	}
}

void
dp_quic_stream_reset(struct dp_quic_stream *stream)
{
	memset(stream->there, 0, sizeof(stream->there));
	stream->failed = false;
}

void
dp_quic_read_frames(const uint8_t *plain, size_t length, struct dp_quic_stream *stream)
{
	struct dp_reader frames = dp_reader_of(plain, length);

	while (!frames.failed && dp_reader_left(&frames) > 0)
		read_frame(&frames, stream);
	stream->failed = stream->failed || frames.failed;
}

static bool
read_initial(struct dp_quic_keys *keys, const struct packet *packet, struct dp_quic_stream *stream)
{
	uint8_t plain[DP_QUIC_DATAGRAM_MAX];
	size_t length = open_packet(keys, packet, plain);

	dp_quic_read_frames(plain, length, stream);
	return length > 0;
}

bool
dp_quic_may_be_initial(const uint8_t *datagram, size_t size)
{
	struct dp_reader rest = dp_reader_of(datagram, size);
	struct packet packet;
	bool initial;

	return next_packet(&rest, &packet, &initial) && initial;
}

/* All packets of a datagram are of one connection (RFC 9000 section 12.2): keys are derived once, whatever it holds. */
bool
dp_quic_read_datagram(struct dp_quic_keys *keys, const uint8_t *datagram, size_t size, struct dp_quic_stream *stream)
{
	struct dp_reader rest = dp_reader_of(datagram, size < DP_QUIC_DATAGRAM_MAX ? size : DP_QUIC_DATAGRAM_MAX);
	struct packet first, packet;
	bool opened = false, initial;

	if (!next_packet(&rest, &first, &initial)
		|| !dp_quic_keys_derive(keys, first.version, first.cid.at, dp_reader_left(&first.cid)))
		return false;
	packet = first;
	do {
		if (initial && is_same_connection(&first, &packet))
			opened = read_initial(keys, &packet, stream) || opened;
	} while (dp_reader_left(&rest) > 0 && next_packet(&rest, &packet, &initial));
	return opened;
}

enum dp_web_status
dp_quic_name_of_stream(const struct dp_quic_stream *stream, struct dp_web_name *name)
{
	size_t word = 0, length;

	if (stream->failed)
		return DP_WEB_HIDDEN;
	while (word < DP_WEB_NAME_WITHIN / 64 && stream->there[word] == UINT64_MAX)
		word++;
	length = word * 64;
	if (word < DP_WEB_NAME_WITHIN / 64)
		length += (size_t)__builtin_ctzll(~stream->there[word]);
	return dp_tls_name_of_handshake(stream->data, length, name);
}
