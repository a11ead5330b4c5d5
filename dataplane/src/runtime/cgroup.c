/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/log.h"

struct cgroup_tree {
	const struct cgroup_backend *backend;
	char path[PATH_MAX / 2];
};

struct cgroup_leaf {
	const struct cgroup_backend *backend;
	char path[PATH_MAX];
};

int
cgroup_write(const char *mount, const char *path, const char *file, const char *format, ...)
{
	char name[PATH_MAX], value[64];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	if (snprintf(name, sizeof(name), "%s/%s/%s", mount, path, file) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	int fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int rc = write(fd, value, (size_t)n) == n ? 0 : -errno;
	close(fd);
	return rc;
}

int
cgroup_make_folders(const char *mount, const char *path)
{
	char name[PATH_MAX];
	int n = snprintf(name, sizeof(name), "%s/%s", mount, path);

	if (n >= (int)sizeof(name))
		return -ENAMETOOLONG;
	for (char *p = name + strlen(mount) + 1;; p++) {
		char c = *p;
		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(name, 0755) < 0 && errno != EEXIST)
			return -errno;
		if (c == '\0')
			return 0;
		*p = c;
	}
}

int
cgroup_remove_folder(const char *mount, const char *path)
{
	const struct timespec step = {.tv_nsec = 1000000};
	char name[PATH_MAX];

	if (snprintf(name, sizeof(name), "%s/%s", mount, path) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	/* A thread that was joined a moment ago may still be on its way out of the cgroup. */
	for (int tries = 0; tries < 50; tries++) {
		if (rmdir(name) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			break;
		nanosleep(&step, NULL);
	}
	return -errno;
}

int
cgroup_find_mount(const char *type, const char *option, char *mount, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	struct mntent *m;
	int rc = -ENOENT;

	if (mounts == NULL)
		return -errno;
	while (rc < 0 && (m = getmntent(mounts)) != NULL)
		if (strcmp(m->mnt_type, type) == 0 && (option == NULL || hasmntopt(m, option) != NULL))
			rc = snprintf(mount, size, "%s", m->mnt_dir) < (int)size ? 0 : -ENAMETOOLONG;
	endmntent(mounts);
	return rc;
}

struct cgroup_tree *
cgroup_tree_open(const char *path)
{
	/* v1 first: where its cpu hierarchy is mounted, v2 can't have the controller. */
	const struct cgroup_backend *backend = cgroup_v1.find() == 0 ? &cgroup_v1 : cgroup_v2.find() == 0 ? &cgroup_v2 : NULL;
	struct cgroup_tree *tree;

	if (path == NULL)
		return NULL;
	if (backend == NULL) {
		log_warn("no cgroup per tenant", "reason=\"no cgroup file system is mounted\"");
		return NULL;
	}
	tree = calloc(1, sizeof(*tree));
	if (tree == NULL)
		return NULL;
	while (*path == '/')
		path++;
	tree->backend = backend;
	snprintf(tree->path, sizeof(tree->path), "%s", path);
	int rc = backend->make_pod(tree->path);
	if (rc < 0) {
		log_warn("no cgroup per tenant", "cgroup=%s version=%s reason=\"%s\" mend=\"run as root, or delegate the cgroup\"",
			path, backend->name, strerror(-rc));
		free(tree);
		return NULL;
	}
	return tree;
}

void
cgroup_tree_close(struct cgroup_tree *tree)
{
	if (tree == NULL)
		return;
	int rc = tree->backend->leave(tree->path);
	if (rc == 0)
		rc = tree->backend->remove(tree->path);
	if (rc < 0)
		log_warn("cgroup stays", "cgroup=%s error=\"%s\"", tree->path, strerror(-rc));
	free(tree);
}

struct cgroup_leaf *
cgroup_leaf_create(struct cgroup_tree *tree, const char *name, uint32_t weight, pid_t thread)
{
	struct cgroup_leaf *leaf;
	int rc;

	if (tree == NULL || (leaf = calloc(1, sizeof(*leaf))) == NULL)
		return NULL;
	leaf->backend = tree->backend;
	snprintf(leaf->path, sizeof(leaf->path), "%s/%s", tree->path, name);
	rc = leaf->backend->make_leaf(leaf->path);
	if (rc == 0)
		rc = leaf->backend->add_thread(leaf->path, thread);
	if (rc < 0) {
		log_warn("thread has no cgroup", "cgroup=%s error=\"%s\"", leaf->path, strerror(-rc));
		cgroup_leaf_remove(leaf);
		return NULL;
	}
	cgroup_leaf_set_weight(leaf, weight);
	return leaf;
}

void
cgroup_leaf_set_weight(struct cgroup_leaf *leaf, uint32_t weight)
{
	int rc = leaf == NULL ? 0 : leaf->backend->set_weight(leaf->path, weight);

	if (rc < 0)
		log_warn("cgroup weight not set", "cgroup=%s weight=%u error=\"%s\"", leaf->path, weight, strerror(-rc));
}

void
cgroup_leaf_remove(struct cgroup_leaf *leaf)
{
	if (leaf == NULL)
		return;
	int rc = leaf->backend->remove(leaf->path);
	if (rc < 0)
		log_warn("cgroup stays", "cgroup=%s error=\"%s\"", leaf->path, strerror(-rc));
	free(leaf);
}

const char *
cgroup_leaf_path(const struct cgroup_leaf *leaf)
{
	return leaf == NULL ? "" : leaf->path;
}
