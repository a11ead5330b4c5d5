-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('owner', 'admin', 'editor', 'viewer');

-- CreateEnum
CREATE TYPE "intent_kind" AS ENUM ('apply', 'delete');

-- CreateEnum
CREATE TYPE "intent_state" AS ENUM ('pending', 'applied', 'superseded', 'refused');

-- CreateTable
CREATE TABLE "tenants" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "platform_operator" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "tenant_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("tenant_id","user_id")
);

-- CreateTable
CREATE TABLE "sso_providers" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "mail_domain" TEXT NOT NULL,
    "tenant_id" UUID,
    "issuer" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "client_secret_sealed" TEXT NOT NULL,
    "default_role" "role" NOT NULL DEFAULT 'editor',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sso_providers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts" (
    "provider_id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("provider_id","subject")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "token_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_attempts" (
    "state_hash" TEXT NOT NULL,
    "browser_hash" TEXT NOT NULL,
    "provider_id" UUID NOT NULL,
    "email_hash" TEXT NOT NULL,
    "secrets_sealed" TEXT NOT NULL,
    "return_to" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_attempts_pkey" PRIMARY KEY ("state_hash")
);

-- CreateTable
CREATE TABLE "chains" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "draft" JSONB NOT NULL,
    "draft_version" INTEGER NOT NULL DEFAULT 1,
    "draft_updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "draft_updated_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "chains_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revisions" (
    "chain_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "tenant_id" UUID NOT NULL,
    "graph" JSONB NOT NULL,
    "message" TEXT,
    "rolled_back_from" INTEGER,
    "author" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "revisions_pkey" PRIMARY KEY ("chain_id","number")
);

-- CreateTable
CREATE TABLE "intents" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "chain_id" UUID NOT NULL,
    "kind" "intent_kind" NOT NULL,
    "revision" INTEGER,
    "state" "intent_state" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "intents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID,
    "time" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" UUID,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "object" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenants_name_key" ON "tenants"("name");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "memberships_user_id_idx" ON "memberships"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "sso_providers_name_key" ON "sso_providers"("name");

-- CreateIndex
CREATE UNIQUE INDEX "sso_providers_mail_domain_key" ON "sso_providers"("mail_domain");

-- CreateIndex
CREATE INDEX "accounts_user_id_idx" ON "accounts"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_hash_key" ON "sessions"("token_hash");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "sign_in_attempts_email_hash_created_at_idx" ON "sign_in_attempts"("email_hash", "created_at");

-- CreateIndex
CREATE INDEX "sign_in_attempts_expires_at_idx" ON "sign_in_attempts"("expires_at");

-- CreateIndex
CREATE INDEX "chains_tenant_id_name_idx" ON "chains"("tenant_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "chains_id_tenant_id_key" ON "chains"("id", "tenant_id");

-- CreateIndex
CREATE INDEX "revisions_tenant_id_idx" ON "revisions"("tenant_id");

-- CreateIndex
CREATE INDEX "intents_state_next_attempt_at_idx" ON "intents"("state", "next_attempt_at");

-- CreateIndex
CREATE INDEX "intents_chain_id_id_idx" ON "intents"("chain_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_tenant_id_id_idx" ON "audit_events"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sso_providers" ADD CONSTRAINT "sso_providers_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "sso_providers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_attempts" ADD CONSTRAINT "sign_in_attempts_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "sso_providers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chains" ADD CONSTRAINT "chains_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_chain_id_tenant_id_fkey" FOREIGN KEY ("chain_id", "tenant_id") REFERENCES "chains"("id", "tenant_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "intents" ADD CONSTRAINT "intents_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "intents" ADD CONSTRAINT "intents_chain_id_tenant_id_fkey" FOREIGN KEY ("chain_id", "tenant_id") REFERENCES "chains"("id", "tenant_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's language has no words for ---------------------------------------------------------------------------------

-- A tenant's living chains have names of their own; a deleted one gives its name back.
CREATE UNIQUE INDEX "chains_living_name" ON "chains" ("tenant_id", "name") WHERE "deleted_at" IS NULL;

-- History is never rewritten, not even by a defect of ours.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER "revisions_immutable" BEFORE UPDATE OR DELETE ON "revisions"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "revisions_no_truncate" BEFORE TRUNCATE ON "revisions"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Roles. They belong to the whole cluster of databases, so they may exist; passwords are set after the migration.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nfaas_app') THEN
    CREATE ROLE nfaas_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nfaas_auth') THEN
    CREATE ROLE nfaas_auth LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO nfaas_app, nfaas_auth;

-- nfaas_auth signs people in: it never sees a chain.
GRANT SELECT ON "tenants", "sso_providers" TO nfaas_auth;
GRANT SELECT, INSERT, UPDATE ON "users" TO nfaas_auth;
GRANT SELECT, INSERT ON "memberships", "accounts" TO nfaas_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON "sessions", "sign_in_attempts" TO nfaas_auth;
GRANT INSERT ON "audit_events" TO nfaas_auth;
GRANT USAGE ON SEQUENCE "audit_events_id_seq" TO nfaas_auth;

-- nfaas_app works for the tenants: it never sees a session, an account or a secret.
GRANT SELECT ON "tenants" TO nfaas_app;
GRANT SELECT, INSERT, UPDATE ON "chains", "intents" TO nfaas_app;
GRANT SELECT, INSERT ON "revisions", "audit_events" TO nfaas_app;
GRANT USAGE ON SEQUENCE "intents_id_seq", "audit_events_id_seq" TO nfaas_app;

-- Row-level security. A transaction says for which tenant it works (SET LOCAL nfaas.tenant_id) or that it works for the
-- platform (SET LOCAL nfaas.platform = 'on'). One that says nothing sees nothing.
CREATE FUNCTION current_tenant_id() RETURNS uuid LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('nfaas.tenant_id', true), '')::uuid $$;
CREATE FUNCTION for_platform() RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT coalesce(current_setting('nfaas.platform', true), '') = 'on' $$;

ALTER TABLE "tenants" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "tenants" FORCE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "tenants" TO nfaas_app USING (id = current_tenant_id() OR for_platform());
CREATE POLICY "sign_in" ON "tenants" FOR SELECT TO nfaas_auth USING (true);

ALTER TABLE "chains" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "chains" FORCE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "chains" TO nfaas_app
  USING (tenant_id = current_tenant_id() OR for_platform())
  WITH CHECK (tenant_id = current_tenant_id() OR for_platform());

ALTER TABLE "revisions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "revisions" FORCE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "revisions" TO nfaas_app
  USING (tenant_id = current_tenant_id() OR for_platform())
  WITH CHECK (tenant_id = current_tenant_id() OR for_platform());

ALTER TABLE "intents" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "intents" FORCE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "intents" TO nfaas_app
  USING (tenant_id = current_tenant_id() OR for_platform())
  WITH CHECK (tenant_id = current_tenant_id() OR for_platform());

ALTER TABLE "audit_events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" FORCE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "audit_events" TO nfaas_app
  USING (tenant_id = current_tenant_id() OR for_platform())
  WITH CHECK (tenant_id = current_tenant_id() OR for_platform());
CREATE POLICY "sign_in" ON "audit_events" FOR INSERT TO nfaas_auth WITH CHECK (true);

-- The sign-in tables: nfaas_app has no grant on them; row-level security is the second wall, forced on everybody.
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "users" FORCE ROW LEVEL SECURITY;
CREATE POLICY "sign_in" ON "users" TO nfaas_auth USING (true) WITH CHECK (true);
ALTER TABLE "memberships" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "memberships" FORCE ROW LEVEL SECURITY;
CREATE POLICY "sign_in" ON "memberships" TO nfaas_auth USING (true) WITH CHECK (true);
ALTER TABLE "sso_providers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "sso_providers" FORCE ROW LEVEL SECURITY;
CREATE POLICY "sign_in" ON "sso_providers" FOR SELECT TO nfaas_auth USING (true);
ALTER TABLE "accounts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "accounts" FORCE ROW LEVEL SECURITY;
CREATE POLICY "sign_in" ON "accounts" TO nfaas_auth USING (true) WITH CHECK (true);
ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "sessions" FORCE ROW LEVEL SECURITY;
CREATE POLICY "sign_in" ON "sessions" TO nfaas_auth USING (true) WITH CHECK (true);
ALTER TABLE "sign_in_attempts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "sign_in_attempts" FORCE ROW LEVEL SECURITY;
CREATE POLICY "sign_in" ON "sign_in_attempts" TO nfaas_auth USING (true) WITH CHECK (true);

-- With FORCE even the owner is bound unless superuser. The owner seeds and mends: it says so for each transaction.
CREATE POLICY "platform" ON "tenants" TO current_user USING (for_platform()) WITH CHECK (for_platform());
CREATE POLICY "platform" ON "users" TO current_user USING (for_platform()) WITH CHECK (for_platform());
CREATE POLICY "platform" ON "memberships" TO current_user USING (for_platform()) WITH CHECK (for_platform());
CREATE POLICY "platform" ON "sso_providers" TO current_user USING (for_platform()) WITH CHECK (for_platform());
