/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU time per tenant: each worker thread sits in a cgroup of its own below the pod's. One interface, two backends:
 * v1 (cpu and cpuacct hierarchies, `tasks`) and v2 (threaded mode, `cgroup.threads`). Where neither is permitted the
 * process goes on without and says so once. Main thread only.
 */
#ifndef NFAAS_CGROUP_H
#define NFAAS_CGROUP_H

#include <stdint.h>
#include <sys/types.h>

#define CGROUP_WEIGHT_MAX 10000 /* cgroup v2's scale */

struct cgroup_tree;
struct cgroup_leaf;

/* Makes (or takes over) the pod's cgroup at `path` below the mount and moves the process into it. NULL = go on
 * without; a line in the log says why. `path` NULL is fine. */
struct cgroup_tree *cgroup_tree_open(const char *path);
void cgroup_tree_close(struct cgroup_tree *tree); /* NULL is fine; moves the process out, removes the cgroup */

/* `weight` is cgroup v2's, 1..10000. NULL when there is no tree or it failed; then the others do nothing. */
struct cgroup_leaf *cgroup_leaf_create(struct cgroup_tree *tree, const char *name, uint32_t weight, pid_t thread);
void cgroup_leaf_set_weight(struct cgroup_leaf *leaf, uint32_t weight);
void cgroup_leaf_remove(struct cgroup_leaf *leaf); /* after the thread has ended */
const char *cgroup_leaf_path(const struct cgroup_leaf *leaf); /* below the mount; "" = none */

/* Between the interface and its backends. Paths are below the mount; results are 0 or -errno. */
struct cgroup_backend {
	const char *name;
	int (*find)(void);                              /* looks for the mount; -ENOENT = not this version */
	int (*make_pod)(const char *path);              /* and moves this process into it */
	int (*make_leaf)(const char *path);
	int (*add_thread)(const char *path, pid_t thread);
	int (*set_weight)(const char *path, uint32_t weight);
	int (*leave)(const char *path);                 /* moves this process to the parent of `path` */
	int (*remove)(const char *path);
};
extern const struct cgroup_backend cgroup_v1, cgroup_v2;

/* For backends. */
int cgroup_write(const char *mount, const char *path, const char *file, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
int cgroup_make_folders(const char *mount, const char *path);
int cgroup_remove_folder(const char *mount, const char *path);
/* The mount point of a cgroup file system: v1 with controller `option`, or v2 with option NULL. -ENOENT. */
int cgroup_find_mount(const char *type, const char *option, char *mount, size_t size);

#endif
