namespace IpsecDp.Ike.Keys;

/// <summary>What an operator reads about a refused key exchange value.</summary>
public static class KeyExchangeFaults
{
    /// <summary>One sentence for each fault.</summary>
    public static string Sentence(this KeyExchangeFault fault) => fault switch
    {
        KeyExchangeFault.None => "the peer's key exchange value is sound",
        KeyExchangeFault.WrongLength => "the peer's key exchange value has not the length of its method",
        KeyExchangeFault.OutOfRange => "the peer's public value is 0, 1, p-1 or not below p",
        KeyExchangeFault.NotInSubgroup => "the peer's public value is outside the group's subgroup",
        KeyExchangeFault.NotOnCurve => "the peer's public value is no point of the curve",
        KeyExchangeFault.ZeroSecret => "the peer's public value has a small order: the shared secret is zero",
        KeyExchangeFault.NotReduced => "the peer's encapsulation key holds numbers that are not reduced",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
