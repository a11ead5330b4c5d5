/* SPDX-License-Identifier: Apache-2.0 */
/* One line per event on stderr, key=value. Never called on the packet path. */
#ifndef NFAAS_LOG_H
#define NFAAS_LOG_H

/* The pod's name stands in every line after this. */
void log_set_pod(const char *pod);

/* `event` is a short verb phrase; `format` gives further key=value pairs (may be ""). */
void log_info(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_warn(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_error(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
