/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup v1: the cpu and cpuacct hierarchies, which may be one mount or two. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>

#include "runtime/cgroup.h"

/* cgroup v2's default weight of 100 is v1's default of 1024 shares. */
#define SHARES_PER_100 1024
#define SHARES_MIN 2
#define SHARES_MAX 262144

static char cpu_mount[PATH_MAX / 2], cpuacct_mount[PATH_MAX / 2];

static int
v1_find(void)
{
	int rc = cgroup_find_mount("cgroup", "cpu", cpu_mount, sizeof(cpu_mount));

	return rc < 0 ? rc : cgroup_find_mount("cgroup", "cpuacct", cpuacct_mount, sizeof(cpuacct_mount));
}

static int
v1_make_leaf(const char *path)
{
	int rc = cgroup_make_folders(cpu_mount, path);

	return rc < 0 ? rc : cgroup_make_folders(cpuacct_mount, path);
}

static int
write_both(const char *path, const char *file, pid_t id)
{
	int rc = cgroup_write(cpu_mount, path, file, "%d", id);

	return rc < 0 ? rc : cgroup_write(cpuacct_mount, path, file, "%d", id);
}

static int
v1_make_pod(const char *path)
{
	int rc = v1_make_leaf(path);

	return rc < 0 ? rc : write_both(path, "cgroup.procs", getpid());
}

static int
v1_add_thread(const char *path, pid_t thread)
{
	return write_both(path, "tasks", thread);
}

static int
v1_set_weight(const char *path, uint32_t weight)
{
	uint64_t shares = (uint64_t)weight * SHARES_PER_100 / 100;

	shares = RTE_MAX(RTE_MIN(shares, (uint64_t)SHARES_MAX), (uint64_t)SHARES_MIN);
	return cgroup_write(cpu_mount, path, "cpu.shares", "%lu", shares);
}

static int
v1_leave(const char *path)
{
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%s/..", path);
	return write_both(parent, "cgroup.procs", getpid());
}

static int
v1_remove(const char *path)
{
	int rc = cgroup_remove_folder(cpu_mount, path);

	return rc < 0 ? rc : cgroup_remove_folder(cpuacct_mount, path);
}

const struct cgroup_backend cgroup_v1 = {
	.name = "v1", .find = v1_find, .make_pod = v1_make_pod, .make_leaf = v1_make_leaf,
	.add_thread = v1_add_thread, .set_weight = v1_set_weight, .leave = v1_leave, .remove = v1_remove,
};
