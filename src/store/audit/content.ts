/** Content of a row that is still empty. */
export const emptyContent = {
  sign_in_id: '',
  attempt_id: '',
  reference: null,
  gateway: '',
  method: null,
  outcome: '',
  user_key: null,
  user_name: null,
  source_address: null,
  device: null,
  timeline: null,
} as const
