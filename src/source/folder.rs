//! Opening folders and files by handle without following symbolic links, not even those that appear
//! after a check (TOCTOU).

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

/// Opens a folder by its absolute path, no component of which may be a link.
///
/// # Errors
/// When the folder does not exist, or a component of the path is a link or a file.
pub fn open_folder(path: &Path) -> io::Result<Dir> {
    let top: PathBuf = path
        .components()
        .take_while(|component| !matches!(component, Component::Normal(_)))
        .collect();
    let below = path.strip_prefix(&top).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
    open_subfolder(&Dir::open_ambient_dir(top, ambient_authority())?, below)
}

/// Opens a folder by its path below another.
///
/// # Errors
/// As for [`open_folder`].
pub fn open_subfolder(folder: &Dir, path: &Path) -> io::Result<Dir> {
    let mut current = folder.open_dir_nofollow(".")?;
    for component in path.components() {
        match component {
            Component::Normal(name) => current = current.open_dir_nofollow(name)?,
            Component::CurDir => {}
            _ => return Err(ErrorKind::InvalidInput.into()),
        }
    }
    Ok(current)
}

/// Opens a regular file below a folder for reading, without blocking on a pipe. The file may not be
/// a link, and no link on the way may lead out of the folder.
///
/// # Errors
/// When the file does not exist, or is a link, a folder or a device.
pub fn open_file(folder: &Dir, path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = folder
        .open_with(path, options.read(true).follow(FollowSymlinks::No).nonblock(true))?
        .into_std();
    if file.metadata()?.is_file() { Ok(file) } else { Err(ErrorKind::InvalidInput.into()) }
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "tests create folders on the disk")]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_is_followed() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("real/inner")).unwrap();
        File::create(root.join("real/inner/file")).unwrap();
        symlink("inner/file", root.join("real/to-file")).unwrap();
        symlink("real", root.join("to-folder")).unwrap();
        let real = open_folder(&root.join("real")).unwrap();
        let inner = open_subfolder(&real, Path::new("inner")).unwrap();
        open_file(&inner, Path::new("file")).unwrap();
        symlink("..", root.join("real/out")).unwrap();
        for name in ["to-file", "inner", "none", "out/real/inner/file"] {
            assert!(open_file(&real, Path::new(name)).is_err(), "{name}");
        }
        for path in ["to-folder", "to-folder/inner", "real/to-file", "real/inner/file"] {
            assert!(open_folder(&root.join(path)).is_err(), "{path}");
        }
        assert!(open_subfolder(&real, Path::new("../real")).is_err());
    }
}
