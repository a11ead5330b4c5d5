/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include "web_name.h"

#define METHOD_MAX 32
#define SCHEME "http://"

struct text {
	const uint8_t *at;
	size_t length;
};

/* The next line without its end, which may be a bare LF (RFC 9112 section 2.2). False when its end is not there. */
static bool
next_line(struct text *rest, struct text *line)
{
	const uint8_t *end = rest->length > 0 ? memchr(rest->at, '\n', rest->length) : NULL;
	size_t length;

	if (end == NULL)
		return false;
	length = (size_t)(end - rest->at);
	*line = (struct text){rest->at, length > 0 && rest->at[length - 1] == '\r' ? length - 1 : length};
	rest->at += length + 1;
	rest->length -= length + 1;
	return true;
}

/* Cuts off what is before the byte; all when it is not there. */
static struct text
cut(struct text *rest, uint8_t byte)
{
	const uint8_t *at = rest->length > 0 ? memchr(rest->at, byte, rest->length) : NULL;
	struct text before = {rest->at, at == NULL ? rest->length : (size_t)(at - rest->at)};

	if (at == NULL)
		*rest = (struct text){rest->at + rest->length, 0};
	else
		*rest = (struct text){at + 1, rest->length - before.length - 1};
	return before;
}

static bool
is_upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

/* host [":" port] (RFC 3986 section 3.2): user information is not allowed, an IPv6 address is no name. */
static bool
read_authority(struct text authority, struct dp_domain_name *name)
{
	struct text host = cut(&authority, ':');

	for (size_t i = 0; i < authority.length; i++)
		if (authority.at[i] < '0' || authority.at[i] > '9')
			return false;
	return dp_domain_name_read(name, host.at, host.length);
}

/* The request target: absolute and authority forms name the host, and then Host is not asked (RFC 9112 section 3.2.2). */
static bool
read_target(struct text method, struct text target, struct dp_domain_name *name, bool *has_host)
{
	*has_host = false;
	if (method.length == 7 && memcmp(method.at, "CONNECT", 7) == 0) {
		*has_host = true;
		return read_authority(target, name);
	}
	if (target.length > 0 && (target.at[0] == '/' || target.at[0] == '*'))
		return true;
	if (target.length < strlen(SCHEME) || strncasecmp((const char *)target.at, SCHEME, strlen(SCHEME)) != 0)
		return false;
	target.at += strlen(SCHEME);
	target.length -= strlen(SCHEME);
	for (size_t i = 0; i < target.length; i++)
		if (target.at[i] == '/' || target.at[i] == '?')
			target.length = i;
	*has_host = true;
	return read_authority(target, name);
}

/* method SP target SP HTTP/1.x */
static bool
read_request_line(struct text line, struct dp_domain_name *name, bool *has_host)
{
	struct text method = cut(&line, ' '), target = cut(&line, ' ');

	for (size_t i = 0; i < method.length; i++)
		if (!is_upper(method.at[i]) && method.at[i] != '-')
			return false;
	return method.length > 0 && method.length <= METHOD_MAX && line.length == 8 && memcmp(line.at, "HTTP/1.", 7) == 0
		&& read_target(method, target, name, has_host);
}

static struct text
trim(struct text value)
{
	for (; value.length > 0 && (*value.at == ' ' || *value.at == '\t'); value.length--)
		value.at++;
	while (value.length > 0 && (value.at[value.length - 1] == ' ' || value.at[value.length - 1] == '\t'))
		value.length--;
	return value;
}

/* A line of the header section: false for one that a server must refuse or may read as another (RFC 9112 section 5). */
static bool
read_field(struct text line, struct dp_domain_name *host, unsigned *hosts)
{
	bool folded = line.at[0] == ' ' || line.at[0] == '\t';
	size_t before = line.length;
	struct text field = cut(&line, ':');

	if (folded || field.length == 0 || field.length == before || field.at[field.length - 1] == ' '
		|| field.at[field.length - 1] == '\t' || memchr(field.at, '\0', before) != NULL)
		return false;
	if (field.length != 4 || strncasecmp((const char *)field.at, "Host", 4) != 0)
		return true;
	(*hosts)++;
	return *hosts == 1 && read_authority(trim(line), host);
}

/* Another protocol shows in its first bytes: nobody is to wait for a line that never ends. */
static bool
begins_request(struct text rest)
{
	for (size_t i = 0; i < rest.length && rest.at[i] != ' '; i++)
		if (i == METHOD_MAX || (!is_upper(rest.at[i]) && rest.at[i] != '-'))
			return false;
	return true;
}

/* Which one it is; false when there is none, or two that differ, of which a server might heed the wrong one. */
static bool
settle(struct dp_domain_name *target, bool has_target, const struct dp_domain_name *host, bool has_host)
{
	if (has_target && has_host)
		return target->length == host->length && memcmp(target->text, host->text, host->length) == 0;
	if (has_host)
		*target = *host;
	return has_target || has_host;
}

enum dp_web_status
dp_http_name_of_request(const uint8_t *data, size_t size, struct dp_web_name *name)
{
	struct text rest = {data, size < DP_WEB_NAME_WITHIN ? size : DP_WEB_NAME_WITHIN}, line;
	struct dp_domain_name host;
	bool has_host;
	unsigned hosts = 0;

	name->encrypted_hello = false;
	name->http = true;
	for (; rest.length > 0 && (*rest.at == '\r' || *rest.at == '\n'); rest.length--)
		rest.at++; /* empty lines before a request are ignored (RFC 9112 section 2.2) */
	if (!begins_request(rest))
		return DP_WEB_HIDDEN;
	if (!next_line(&rest, &line))
		return DP_WEB_MORE;
	if (!read_request_line(line, &name->name, &has_host))
		return DP_WEB_HIDDEN;
	while (next_line(&rest, &line)) {
		if (line.length == 0)
			return settle(&name->name, has_host, &host, hosts == 1) ? DP_WEB_NAMED : DP_WEB_HIDDEN;
		if (!read_field(line, &host, &hosts))
			return DP_WEB_HIDDEN;
	}
	return DP_WEB_MORE;
}
