namespace IpsecDp.Engines.Records;

/// <summary>What stands at an octet of a file of records: a record, or why it is none.</summary>
public readonly record struct RecordEntry(long Offset, IntervalRecord? Record, RecordFault Fault);
