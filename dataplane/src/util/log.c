/* SPDX-License-Identifier: Apache-2.0 */
#include "util/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LOG_LINE_MAX 1024

static char pod_name[64] = "-";

void
log_set_pod(const char *pod)
{
	snprintf(pod_name, sizeof(pod_name), "%s", pod);
}

static size_t
format_prefix(char *line, size_t size, const char *level, const char *event)
{
	struct timespec now;
	struct tm utc;
	char stamp[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &utc);
	int n = snprintf(line, size, "time=%s.%03ldZ level=%s pod=%s event=\"%s\"", stamp, now.tv_nsec / 1000000,
		level, pod_name, event);
	return n < 0 ? 0 : (size_t)n;
}

static void
log_line(const char *level, const char *event, const char *format, va_list args)
{
	char line[LOG_LINE_MAX];
	size_t n = format_prefix(line, sizeof(line), level, event);

	if (*format != '\0' && n + 2 < sizeof(line)) {
		line[n++] = ' ';
		int more = vsnprintf(line + n, sizeof(line) - n, format, args);
		if (more > 0)
			n += (size_t)more;
	}
	if (n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	fwrite(line, 1, n, stderr); /* one call, so that lines of several threads do not mix */
}

void
log_info(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line("info", event, format, args);
	va_end(args);
}

void
log_warn(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line("warn", event, format, args);
	va_end(args);
}

void
log_error(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line("error", event, format, args);
	va_end(args);
}
