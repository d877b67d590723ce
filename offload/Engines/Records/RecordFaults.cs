namespace IpsecDp.Engines.Records;

/// <summary>What an operator reads of a refused record.</summary>
public static class RecordFaults
{
    /// <summary>The fault in a sentence.</summary>
    public static string Sentence(RecordFault fault) => fault switch
    {
        RecordFault.None => "The record is whole.",
        RecordFault.Truncated => "The octets end before the record does; the write was cut off.",
        RecordFault.Foreign => "The octets are no interval record: type, subsystem or subtype is another's.",
        RecordFault.UnknownVersion => "The record's layout has a version this reader does not know.",
        RecordFault.WrongLength => "The record's length field is no length of such a record.",
        RecordFault.Damaged => "The checksum disagrees with the octets; the record was changed after it was written.",
        RecordFault.WrongSection => "A section lies outside the record, or has another length or number than its layout.",
        RecordFault.Impossible => "The record holds a figure no interval can have.",
        _ => "Two figures of the record that follow from one another disagree.",
    };
}
