namespace IpsecDp.Daemon.Records;

/// <summary>How interval records are written.</summary>
public enum RecordForm
{
    /// <summary>Binary, as docs/records.md lays them out.</summary>
    Binary,

    /// <summary>A line of JSON each.</summary>
    Json,
}
