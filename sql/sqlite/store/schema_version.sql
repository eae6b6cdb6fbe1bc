-- The newest migration that was applied.
-- No parameters. One row; walks the handful of migrations.
SELECT coalesce(max(version), 0) FROM refinery_schema_history
