/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_NAME_H
#define NFAAS_DP_NAME_H

#define DP_NAME_SIZE 64 /* of pods, nodes, pools: RFC 1123 labels of at most 63 bytes */

#endif
