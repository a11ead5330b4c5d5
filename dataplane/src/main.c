/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nfaas-dataplane: one process, one network function pod. The main thread serves the control socket and everything
 * slow; the I/O thread moves packets between ports and workers; each tenant has a worker thread.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "control/server.h"
#include "runtime/eal.h"
#include "util/log.h"

#define TICK_MS 100

struct signals {
	struct event_source source;
	struct reactor *reactor;
};

static void
on_signal(struct event_source *source, uint32_t epoll_events)
{
	struct signals *s = (void *)((uint8_t *)source - offsetof(struct signals, source));

	(void)epoll_events;
	reactor_stop(s->reactor);
}

/* Before any thread starts, so that all of them inherit the mask. */
static int
catch_signals(struct signals *s)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	s->source = (struct event_source){.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), .on_event = on_signal};
	return s->source.fd;
}

static void
on_tick(void *arg)
{
	process_tick(arg);
}

static int
serve(struct process *process, struct signals *signals)
{
	struct server *server;

	signals->reactor = process->reactor;
	if (reactor_add(process->reactor, &signals->source, EPOLLIN) < 0)
		return 1;
	server = server_start(process, process->options->control);
	if (server == NULL) {
		log_error("control socket failed", "path=%s error=\"%s\" mend=\"%s\"", process->options->control,
			strerror(errno), errno == EADDRINUSE ? "another process of this pod runs: stop it first" :
			"check that the folder exists and can be written");
		return 1;
	}
	log_info("ready", "control=%s pid=%d epoch=%s", process->options->control, getpid(), process->epoch);
	reactor_run(process->reactor, TICK_MS, on_tick, process);
	log_info("stopping", "pid=%d", getpid());
	server_stop(server);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options options;
	struct signals signals;

	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_DONE:
		return 0;
	case OPTIONS_BAD:
		return 2;
	case OPTIONS_RUN:
		break;
	}
	log_set_pod(options.pod);
	if (catch_signals(&signals) < 0 || eal_start(&options, argv) < 0)
		return 1;
	struct process *process = process_start(&options);
	int status = process == NULL ? 1 : serve(process, &signals);
	process_stop(process);
	eal_stop();
	return status;
}
