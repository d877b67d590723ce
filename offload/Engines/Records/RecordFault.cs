namespace IpsecDp.Engines.Records;

/// <summary>Why octets are no interval record.</summary>
public enum RecordFault
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>They end before the record does, as after a write that was cut off.</summary>
    Truncated,

    /// <summary>Type, subsystem or subtype is another's.</summary>
    Foreign,

    /// <summary>The layout's version is one this reader does not know.</summary>
    UnknownVersion,

    /// <summary>The length is no length of such a record.</summary>
    WrongLength,

    /// <summary>The checksum disagrees with the octets.</summary>
    Damaged,

    /// <summary>A section lies outside the record, or has another length or number than its layout.</summary>
    WrongSection,

    /// <summary>A figure no interval can have: a number out of its range, or a time before 1970.</summary>
    Impossible,

    /// <summary>Two figures that follow from one another disagree.</summary>
    Contradiction,
}
