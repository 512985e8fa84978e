/** Names under which the portal is in the audit, where gateways have theirs; no gateway may have one of these names. */
export const portalName = 'portal'
export const confirmName = 'portal-confirm'
