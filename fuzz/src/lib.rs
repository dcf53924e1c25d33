//! What the fuzz targets share: the checks, which the regression test of the program runs too.

pub mod checks;
