//! Opening a database for a command, and what is said where that does not work: which database was meant, why not, and
//! what to do. Never its password.

use std::path::Path;
use std::sync::Arc;

use crate::cli::Failure;
use crate::config::Database;
use crate::service::clock::SystemClock;
use crate::service::engine::Engine;
use crate::store;
use crate::store::contract::{Store, StoreError};

/// The database that is meant where none is named.
pub fn usual() -> String {
    std::env::var("QUYTRINH_DATABASE").unwrap_or_else(|_| "sqlite:quytrinh.db".to_owned())
}

/// Opens a store that must be there, or with `create` may be made.
pub async fn open(url: &str, create: bool) -> Result<Arc<dyn Store>, Failure> {
    store::open(url, create).await.map_err(|fault| Failure::usage(unopened(url, &fault)))
}

/// The engine on a database that must be there.
pub async fn engine(url: &str) -> Result<Engine, Failure> {
    let store = open(url, false).await?;
    Engine::start(store, Arc::new(SystemClock)).await.map_err(|fault| Failure::refused(unopened(url, &fault)))
}

/// Why a database could not be opened, and what to do; in both languages.
pub fn unopened(url: &str, fault: &StoreError) -> String {
    let shown = Database::shown(url);
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    let hint = "--database, QUYTRINH_DATABASE";
    if !known {
        return format!(
            "`{shown}`: địa chỉ cơ sở dữ liệu phải là `sqlite:TỆP` hoặc `postgres://…` ({hint}) / a database is \
             `sqlite:FILE` or `postgres://…` ({hint})"
        );
    }
    match (fault, url.strip_prefix("sqlite:")) {
        (StoreError::Failed(_), Some(path)) => {
            let path = Path::new(path.trim_start_matches("//").split('?').next().unwrap_or(path));
            let (vi, en) = match (path.is_dir(), path.exists()) {
                (true, _) => ("là thư mục, không phải tệp cơ sở dữ liệu", "is a folder, not a database"),
                (_, true) => (
                    "không mở được: không phải cơ sở dữ liệu của quytrinh, hoặc không có quyền đọc và ghi",
                    "cannot be opened: it is no database of quytrinh, or may not be read and written",
                ),
                (_, false) => ("không có tệp này, hoặc không tạo được", "there is no such file, or it cannot be made"),
            };
            format!(
                "`{shown}` {vi}; hãy chỉ đúng cơ sở dữ liệu bằng {hint} / `{shown}` {en}; say which database with {hint}"
            )
        }
        (StoreError::Failed(why), None) => format!(
            "`{shown}`: không kết nối được ({why}); xem lại địa chỉ ({hint}), máy chủ có đang chạy không / cannot \
             connect; look at the address and whether the server runs"
        ),
        (StoreError::NewerSchema { found, known }, _) => format!(
            "`{shown}` do bản quytrinh mới hơn tạo (lược đồ {found}, bản này biết {known}); hãy dùng bản mới / was made \
             by a newer quytrinh (schema {found}, this one knows {known}); use the newer one"
        ),
        (fault, _) => format!("`{shown}`: {fault}"),
    }
}
