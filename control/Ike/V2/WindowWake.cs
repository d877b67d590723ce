namespace IpsecDp.Ike.V2;

/// <summary>What the window did when it was woken.</summary>
internal enum WindowWake
{
    /// <summary>Nothing was due.</summary>
    Nothing,

    /// <summary>The request was sent again.</summary>
    SentAgain,

    /// <summary>The request was given up.</summary>
    GivenUp,
}
