namespace IpsecDp.Host.Lab;

/// <summary>Where a run stands, for the live line.</summary>
internal readonly record struct LabProgress(TimeSpan Elapsed, TimeSpan Duration, long Packets, long Bytes);
