namespace IpsecDp.Ike.Identity;

/// <summary>Why an AUTH payload proved nothing.</summary>
public enum AuthenticationFault
{
    /// <summary>It proved what it should.</summary>
    None,

    /// <summary>A method other than the policy's for this peer.</summary>
    OtherMethod,

    /// <summary>The MAC or the signature is not right.</summary>
    WrongProof,

    /// <summary>A signature algorithm nobody here knows, or with odd parameters.</summary>
    UnknownAlgorithm,

    /// <summary>A hash we did not offer, or one that is legacy and not named by the policy.</summary>
    HashNotAllowed,

    /// <summary>The algorithm does not go with the kind of key in the certificate.</summary>
    OtherKeyKind,

    /// <summary>A key too short, too long or malformed to prove anything.</summary>
    UnfitKey,
}
