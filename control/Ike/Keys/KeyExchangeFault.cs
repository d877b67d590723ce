namespace IpsecDp.Ike.Keys;

/// <summary>Why a peer's key exchange value was refused.</summary>
public enum KeyExchangeFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Not as long as the method says.</summary>
    WrongLength,

    /// <summary>0, 1, p - 1 or not below p (RFC 6989 §2.1).</summary>
    OutOfRange,

    /// <summary>Of another order than the subgroup (RFC 6989 §2.2).</summary>
    NotInSubgroup,

    /// <summary>Not a point of the curve (RFC 6989 §2.3).</summary>
    NotOnCurve,

    /// <summary>The shared secret came out all zero: a point of small order (RFC 8031 §2, RFC 7748 §6.1).</summary>
    ZeroSecret,

    /// <summary>An encapsulation key whose numbers are not reduced (FIPS 203 §7.2).</summary>
    NotReduced,
}
