namespace IpsecDp.Ike.Messages.Fragments;

/// <summary>What became of a fragment.</summary>
public enum FragmentOutcome : byte
{
    /// <summary>It is kept until the others come.</summary>
    Kept,

    /// <summary>It was the last one missing and the message is whole.</summary>
    Completed,

    /// <summary>It was here before.</summary>
    Duplicate,

    /// <summary>It was refused, or the whole message was, once joined.</summary>
    Refused,
}
