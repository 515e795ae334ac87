/** Where a file of another program is: a place, or its bytes. */
export {
  type FileSource as ModelSource,
  readSource,
  type SourceBytes,
} from "@neurite/tensor/files";
