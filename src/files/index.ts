// Files in folders that other users can change: handles in the place of paths, new files that follow no link.
// May import support/ only.
export { FileError, type FileErrorCode } from './errors.ts'
export { type FolderHandle, type Owner, openFolder } from './folder.ts'
export { findHolders } from './holders.ts'
export { type NewFile, writeFileIn } from './new-file.ts'
export { copyBytes, placeFile } from './place-file.ts'
export { makePrivateFolder, type PrivateFolder } from './private-folder.ts'
export { checkWay } from './way.ts'
