// Files in folders that other users can change: handles in place of paths, new files that follow no link;
// and files in PEM.
// May import support/ only.
export { keepCompiled } from './compile-cache.ts'
export { FileError, type FileErrorCode } from './errors.ts'
export { type FolderHandle, type Owner, openFolder } from './folder.ts'
export { findHolders } from './holders.ts'
export { fileError, type NewFile, writeFileIn } from './new-file.ts'
export { readAuthorities, readPem, readRevocations } from './pem.ts'
export { copyBytes, placeFile } from './place-file.ts'
export { makePrivateFolder, type PrivateFolder } from './private-folder.ts'
export { replaceFile } from './replace-file.ts'
export { checkTrustedPath } from './trusted-path.ts'
