// SPDX-License-Identifier: Apache-2.0
// What is wrong with a graph, in words for people and in codes for programs. Codes are stable: never reused or renumbered.

export type Severity = "error" | "warning";

/** NF1xx: the graph. NF2xx: rules and matches. NF3xx: a rate limiter. NF4xx: a classifier. NF5xx: a NAT. NF6xx: a web gateway. NF7xx: taps. NF8xx: entering other chains. */
const issueCodes = {
  NF101: "the chain is empty",
  NF102: "too many nodes",
  NF103: "two nodes have one name",
  NF104: "a name is not valid",
  NF105: "an edge hangs on a node that does not exist",
  NF106: "an edge leads from a node to itself",
  NF107: "the chain has a loop",
  NF108: "two edges are the same",
  NF109: "a node is not connected",
  NF110: "the function is unknown",
  NF111: "the attachment is unknown",
  NF112: "an attachment is used twice",
  NF113: "the chain needs an attachment where packets enter and one where they leave",
  NF114: "an attachment can only be an end of the chain",
  NF115: "the function has no such output",
  NF116: "an edge can never be taken",
  NF117: "too many edges",
  NF118: "an edge's match is not valid",
  NF119: "two edges have one name",
  NF120: "an output leads nowhere",
  NF201: "the firewall's configuration is not well-formed",
  NF202: "a prefix is not valid",
  NF203: "a port range is not valid",
  NF204: "two rules have one name",
  NF205: "too many rules",
  NF206: "a rule's name is not valid",
  NF207: "ports need TCP, UDP or SCTP",
  NF208: "a rule can never match",
  NF209: "source and destination are of different address families",
  NF210: "nothing is allowed",
  NF211: "the prefix has host bits set",
  NF212: "a DSCP is not valid",
  NF213: "a range of packet lengths is not valid",
  NF214: "a limit of new flows is not valid",
  NF215: "a log of new flows is not valid",
  NF301: "the rate limiter's configuration is not well-formed",
  NF302: "a traffic class's name is not valid",
  NF303: "two traffic classes have one name",
  NF304: "too many traffic classes",
  NF305: "a rate is out of range",
  NF306: "a burst is out of range",
  NF307: "the peak rate is below the committed rate",
  NF308: "no burst holds a full-sized packet",
  NF309: "nothing is limited",
  NF401: "the classifier's configuration is not well-formed",
  NF402: "an output's name is not valid",
  NF403: "two outputs have one name",
  NF404: "too many outputs",
  NF405: "a percentage is not valid",
  NF501: "the NAT's configuration is not well-formed",
  NF502: "a NAT has neither a public address nor a prefix to translate",
  NF503: "a public prefix is not valid",
  NF504: "too many public addresses or translated prefixes",
  NF505: "two public prefixes overlap",
  NF506: "a quarantine is not valid",
  NF507: "a translated prefix is not valid",
  NF508: "a prefix and its translation are not of one length",
  NF509: "two translated prefixes overlap",
  NF601: "the web gateway's configuration is not well-formed",
  NF602: "a domain list's name is not valid",
  NF603: "two domain lists have one name",
  NF604: "too many domains or lists of them",
  NF605: "a domain is not valid",
  NF606: "a domain is both allowed and denied",
  NF607: "the ports of the web are not valid",
  NF608: "no site is allowed",
  NF701: "the mirror's configuration is not well-formed",
  NF702: "a snap length is not valid",
  NF703: "a mirror's share of flows is not valid",
  NF704: "copies go to something else than a tap",
  NF705: "something else than copies goes to a tap",
  NF706: "nothing is copied",
  NF707: "packets can't enter at a tap",
  NF801: "the chain to enter is not valid",
  NF802: "the chain to enter is unknown",
  NF803: "the chain to enter begins at several attachments",
} as const;
export type IssueCode = keyof typeof issueCodes;

export interface Issue {
  code: IssueCode;
  severity: Severity;
  /** What is wrong here and what to do about it. */
  message: string;
  /** JSON path into the graph, e.g. "nodes[1].config.rules[2].source". */
  path: string;
  node?: string;
  edge?: string;
  rule?: string;
}

export const hasErrors = (issues: readonly Issue[]): boolean => issues.some((i) => i.severity === "error");
