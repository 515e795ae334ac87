/** HDF5 files. */
export { Hdf5Dataset } from "./dataset.ts";
export { Hdf5Group, isHdf5, openHdf5 } from "./hdf5_file.ts";
export { type Hdf5Array, writeHdf5 } from "./write_hdf5.ts";
