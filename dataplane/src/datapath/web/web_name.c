/* SPDX-License-Identifier: Apache-2.0 */
#include "web_name.h"

#define TLS_HANDSHAKE 22

enum dp_web_status
dp_web_name_of_stream(const uint8_t *data, size_t size, struct dp_web_name *name)
{
	enum dp_web_status status;

	if (size == 0)
		return DP_WEB_MORE;
	status = data[0] == TLS_HANDSHAKE ? dp_tls_name_of_records(data, size, name)
		: dp_http_name_of_request(data, size, name);
	return status == DP_WEB_MORE && size >= DP_WEB_NAME_WITHIN ? DP_WEB_HIDDEN : status;
}
