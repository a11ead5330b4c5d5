// SPDX-License-Identifier: Apache-2.0
// Every failure leaves the server as a metav1.Status; `reason` is the stable code.

export interface Cause {
  reason: string;
  message: string;
  field: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: Cause[];
  retryAfterSeconds?: number;
}

export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: Record<string, never>;
  status: "Success" | "Failure";
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

/** What an error message calls a resource: group and plural. */
export interface ResourceName {
  group: string;
  plural: string;
}

export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: StatusDetails,
  ) {
    super(message);
  }

  toStatus(): Status {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

export const success = (details?: StatusDetails): Status => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  ...(details && { details }),
});

const qualified = ({ group, plural }: ResourceName): string => (group ? `${plural}.${group}` : plural);

function detailsOf(resource: ResourceName, name: string): StatusDetails {
  return { name, ...(resource.group && { group: resource.group }), kind: resource.plural };
}

export const badRequest = (message: string) => new ApiError(400, "BadRequest", message);
export const unauthorized = () => new ApiError(401, "Unauthorized", "Unauthorized");
export const pathNotFound = () =>
  new ApiError(404, "NotFound", "the server could not find the requested resource", {});
export const methodNotAllowed = () =>
  new ApiError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
export const notAcceptable = (accepted: string) =>
  new ApiError(406, "NotAcceptable", `only the following media types are accepted: ${accepted}`);
export const tooLarge = (limitBytes: number) =>
  new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limitBytes}`);
export const unsupportedMediaType = (accepted: string[]) =>
  new ApiError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );
export const internalError = (message: string) =>
  new ApiError(500, "InternalError", `Internal error occurred: ${message}`);
export const unavailable = (message: string) =>
  new ApiError(503, "ServiceUnavailable", message, { retryAfterSeconds: 1 });
export const expired = (message: string) => new ApiError(410, "Expired", message);

export const notFound = (resource: ResourceName, name: string) =>
  new ApiError(404, "NotFound", `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));

export const alreadyExists = (resource: ResourceName, name: string) =>
  new ApiError(
    409,
    "AlreadyExists",
    `${qualified(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  );

export const conflict = (resource: ResourceName, name: string, why: string) =>
  new ApiError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    detailsOf(resource, name),
  );

export const preconditionFailed = (
  resource: ResourceName,
  name: string,
  field: "UID" | "ResourceVersion",
  wanted: string,
  present: string | undefined,
) =>
  conflict(
    resource,
    name,
    `Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${present}`,
  );

export const staleObject = (resource: ResourceName, name: string) =>
  conflict(
    resource,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );

export const forbidden = (resource: ResourceName, name: string, why: string, causes?: Cause[]) =>
  new ApiError(403, "Forbidden", `${qualified(resource)} "${name}" is forbidden: ${why}`, {
    ...detailsOf(resource, name),
    ...(causes && { causes }),
  });

/** 422 with one cause per offending field; `kind` is the object's kind, as kubectl prints it. */
export function invalid(group: string, kind: string, name: string, causes: Cause[]): ApiError {
  const listed = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const text = listed.length === 1 ? listed[0] : `[${listed.join(", ")}]`;
  const subject = group ? `${kind}.${group}` : kind;
  return new ApiError(422, "Invalid", `${subject} "${name}" is invalid: ${text}`, {
    name,
    ...(group && { group }),
    kind,
    causes,
  });
}

const shown = (value: unknown): string => JSON.stringify(value) ?? "null";

/** The field errors of Kubernetes' validation, as causes of a 422. */
export const fieldError = {
  required: (field: string, detail = ""): Cause => ({
    reason: "FieldValueRequired",
    message: detail ? `Required value: ${detail}` : "Required value",
    field,
  }),
  invalid: (field: string, value: unknown, detail: string): Cause => ({
    reason: "FieldValueInvalid",
    message: `Invalid value: ${shown(value)}: ${detail}`,
    field,
  }),
  type: (field: string, value: unknown, detail: string): Cause => ({
    reason: "FieldValueTypeInvalid",
    message: `Invalid value: ${shown(value)}: ${detail}`,
    field,
  }),
  notSupported: (field: string, value: unknown, supported: unknown[]): Cause => ({
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${shown(value)}: supported values: ${supported.map(shown).join(", ")}`,
    field,
  }),
  duplicate: (field: string, value: unknown): Cause => ({
    reason: "FieldValueDuplicate",
    message: `Duplicate value: ${shown(value)}`,
    field,
  }),
  forbidden: (field: string, detail: string): Cause => ({
    reason: "FieldValueForbidden",
    message: `Forbidden: ${detail}`,
    field,
  }),
  tooLong: (field: string, maxLength: number): Cause => ({
    reason: "FieldValueTooLong",
    message: `Too long: may not be more than ${maxLength} bytes`,
    field,
  }),
  tooMany: (field: string, actual: number, max: number): Cause => ({
    reason: "FieldValueTooMany",
    message: `Too many: ${actual}: must have at most ${max} items`,
    field,
  }),
};
