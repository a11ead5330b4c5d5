/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/pcapng.h"

#include <string.h>

#define BLOCK_SECTION 0x0A0D0D0Au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET 6u
#define LINKTYPE_ETHERNET 1
#define OPTION_END 0
#define OPTION_SECTION_APPLICATION 4
#define OPTION_INTERFACE_NAME 2
#define OPTION_INTERFACE_RESOLUTION 9
#define OPTION_PACKET_FLAGS 2
#define OPTIONS_MAX 192

struct options {
	uint8_t bytes[OPTIONS_MAX];
	uint32_t length;
};

static uint32_t
padded(uint32_t n)
{
	return (n + 3) & ~3u;
}

static void
add_option(struct options *o, uint16_t code, const void *value, uint16_t length)
{
	if (o->length + 4 + padded(length) > sizeof(o->bytes))
		return;
	memcpy(o->bytes + o->length, &code, 2);
	memcpy(o->bytes + o->length + 2, &length, 2);
	if (length > 0)
		memcpy(o->bytes + o->length + 4, value, length);
	o->length += 4 + padded(length);
}

/* A block: type, total length, fixed part, data padded to 32 bits, options, total length again. */
static bool
write_block(FILE *file, uint32_t type, const void *fixed, uint32_t fixed_length, const void *data,
	uint32_t data_length, const struct options *options)
{
	static const uint8_t zeros[4];
	const uint32_t total = 12 + fixed_length + padded(data_length) + options->length;
	const uint32_t head[2] = {type, total};

	return fwrite(head, sizeof(head), 1, file) == 1 && fwrite(fixed, fixed_length, 1, file) == 1 &&
		(data_length == 0 || fwrite(data, data_length, 1, file) == 1) &&
		(padded(data_length) == data_length ||
			fwrite(zeros, padded(data_length) - data_length, 1, file) == 1) &&
		(options->length == 0 || fwrite(options->bytes, options->length, 1, file) == 1) &&
		fwrite(&total, sizeof(total), 1, file) == 1;
}

bool
pcapng_write_section(FILE *file, const char *application)
{
	const struct {
		uint32_t byte_order;
		uint16_t major, minor;
		uint64_t section_length;
	} fixed = {0x1A2B3C4Du, 1, 0, UINT64_MAX}; /* length unknown */
	struct options options = {.length = 0};

	add_option(&options, OPTION_SECTION_APPLICATION, application, (uint16_t)strlen(application));
	add_option(&options, OPTION_END, NULL, 0);
	return write_block(file, BLOCK_SECTION, &fixed, sizeof(fixed), NULL, 0, &options);
}

bool
pcapng_write_interface(FILE *file, const char *name, uint32_t snap_length)
{
	const struct {
		uint16_t link_type, reserved;
		uint32_t snap_length;
	} fixed = {LINKTYPE_ETHERNET, 0, snap_length};
	const uint8_t nanoseconds = 9;
	struct options options = {.length = 0};

	add_option(&options, OPTION_INTERFACE_NAME, name, (uint16_t)strlen(name));
	add_option(&options, OPTION_INTERFACE_RESOLUTION, &nanoseconds, 1);
	add_option(&options, OPTION_END, NULL, 0);
	return write_block(file, BLOCK_INTERFACE, &fixed, sizeof(fixed), NULL, 0, &options);
}

bool
pcapng_write_packet(FILE *file, uint32_t interface, uint64_t time_ns, const void *data, uint32_t captured,
	uint32_t length, uint32_t flags)
{
	const uint32_t fixed[5] = {interface, (uint32_t)(time_ns >> 32), (uint32_t)time_ns, captured, length};
	struct options options = {.length = 0};

	add_option(&options, OPTION_PACKET_FLAGS, &flags, sizeof(flags));
	add_option(&options, OPTION_END, NULL, 0);
	return write_block(file, BLOCK_PACKET, fixed, sizeof(fixed), data, captured, &options);
}
