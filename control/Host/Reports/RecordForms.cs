namespace IpsecDp.Host.Reports;

/// <summary>How interval records are printed.</summary>
internal enum RecordForms
{
    /// <summary>A table for a terminal.</summary>
    Table,

    /// <summary>A line of JSON each.</summary>
    Json,

    /// <summary>Comma-separated values (RFC 4180).</summary>
    Csv,
}
