import type { GatewayRules } from '../attempt.ts'
import type { ApprovalMethod, PromptRequest } from '../ports/index.ts'

/** What the end of a prompt has to know of its gateway. */
export type PromptGateway = Pick<
  GatewayRules,
  'name' | 'group' | 'label' | 'isPortal' | 'personSpecificDevice' | 'firstFactor'
>

/** The sign-in that a prompt was opened for. */
export type PromptOrigin = {
  readonly attemptId: string
  readonly signInId: string
  readonly gateway: PromptGateway
}

/**
 * With this any process goes on with a prompt that another one has opened: plain data, fit for JSON. It may hold the PIN of
 * a phone, and has to be sealed where it is kept.
 */
export type PromptRecord = PromptOrigin & {
  readonly method: ApprovalMethod['method']
  readonly request: PromptRequest
  /**
   * The hashes by which an equal request finds it again, as in SpendEvidence; absent where nothing tells devices apart.
   */
  readonly claim?: string
  /** It does not belong to a sign-in: someone proves that they have this phone. */
  readonly provesPhone?: true
}

/** Leaves out what no one needs later, and what is not plain data. */
export function recordOf(
  { attemptId, gateway, signInId }: PromptOrigin,
  method: ApprovalMethod['method'],
  { authenticator, user, ...request }: PromptRequest,
): PromptRecord {
  const { firstFactor, group, isPortal, label, name, personSpecificDevice } = gateway
  const { displayName, key, language } = user
  return {
    ...{ attemptId, signInId, method },
    gateway: {
      ...{ name, group, label, personSpecificDevice, firstFactor },
      ...(isPortal && { isPortal }),
    },
    request: {
      ...request,
      user: { key, name: user.name, displayName, ...(language !== undefined && { language }) },
      authenticator:
        authenticator.method === 'passkey' || authenticator.method === 'push'
          ? { id: authenticator.id, method: authenticator.method }
          : authenticator,
    },
  }
}
