/* SPDX-License-Identifier: Apache-2.0 */
#include "domain_name.h"

/* The byte in lower case; 0 = may not be in a label. */
static uint8_t
fold(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c | 0x20;
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ? c : 0;
}

bool
dp_domain_name_read(struct dp_domain_name *name, const uint8_t *text, size_t length)
{
	size_t label = 0;

	if (length > 0 && text[length - 1] == '.')
		length--;
	if (length == 0 || length > DP_DOMAIN_NAME_MAX)
		return false;
	for (size_t i = 0; i < length; i++) {
		uint8_t c = text[i] == '.' ? '.' : fold(text[i]);

		label = c == '.' ? 0 : label + 1;
		if (c == 0 || label > DP_DOMAIN_LABEL_MAX || (label == 0 && (i == 0 || text[i - 1] == '.')))
			return false;
		name->text[i] = (char)c;
	}
	name->length = (uint8_t)length;
	return label > 0;
}
