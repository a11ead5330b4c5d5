/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup v2: the pod's cgroup is a domain, the tenants' are threaded ones below it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "runtime/cgroup.h"

static char mount[PATH_MAX / 2];

static int
v2_find(void)
{
	return cgroup_find_mount("cgroup2", NULL, mount, sizeof(mount));
}

static int
v2_make_pod(const char *path)
{
	int rc = cgroup_make_folders(mount, path);

	return rc < 0 ? rc : cgroup_write(mount, path, "cgroup.procs", "%d", getpid());
}

static int
v2_make_leaf(const char *path)
{
	char pod[PATH_MAX];
	int rc = cgroup_make_folders(mount, path);

	if (rc == 0)
		rc = cgroup_write(mount, path, "cgroup.type", "threaded");
	if (rc < 0)
		return rc;
	/* Now that the pod is a threaded domain it may hand out the cpu controller although it has processes. Without
	 * the controller (see cgroup.controllers) time is still accounted, only the weight can't be set. */
	snprintf(pod, sizeof(pod), "%s/..", path);
	(void)cgroup_write(mount, pod, "cgroup.subtree_control", "+cpu");
	return 0;
}

static int
v2_add_thread(const char *path, pid_t thread)
{
	return cgroup_write(mount, path, "cgroup.threads", "%d", thread);
}

static int
v2_set_weight(const char *path, uint32_t weight)
{
	int rc = cgroup_write(mount, path, "cpu.weight", "%u", weight);

	return rc == -ENOENT || rc == -EACCES ? 0 : rc; /* no cpu controller here: accounting only */
}

static int
v2_leave(const char *path)
{
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%s/..", path);
	return cgroup_write(mount, parent, "cgroup.procs", "%d", getpid());
}

static int
v2_remove(const char *path)
{
	return cgroup_remove_folder(mount, path);
}

const struct cgroup_backend cgroup_v2 = {
	.name = "v2", .find = v2_find, .make_pod = v2_make_pod, .make_leaf = v2_make_leaf,
	.add_thread = v2_add_thread, .set_weight = v2_set_weight, .leave = v2_leave, .remove = v2_remove,
};
