namespace IpsecDp.Ike.V2;

/// <summary>Where a request's number stands in the window.</summary>
internal enum RequestPlace
{
    /// <summary>It is the one expected.</summary>
    Expected,

    /// <summary>It is the one answered last: it is answered again by the same octets.</summary>
    Answered,

    /// <summary>It is too old or too far ahead.</summary>
    Outside,
}
