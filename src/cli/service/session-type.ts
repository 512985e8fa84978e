import type { OperationArgs, OperationName, OperationResult } from '../../operations/index.ts'

/** Where a command's operations run: in the service, or here on the store. */
export type Session = {
  call<Name extends OperationName>(
    operation: Name,
    args: OperationArgs<Name>,
    onEvent?: (event: unknown) => void,
  ): Promise<OperationResult<Name>>
  close(): Promise<void>
}

export type StoreSessionOptions = {
  /**
   * Sealing keys in base64 that open values beside the configured one: a rotation that was cut off
   * left some sealed with the old key and some with the new one.
   */
  readonly furtherKeys?: readonly string[]
}
