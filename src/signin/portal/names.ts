/** Names under which the portal is in the audit, where gateways have theirs; none of those may have one of these. */
export const portalName = 'portal'
export const confirmName = 'portal-confirm'
