namespace IpsecDp.Policy.Config;

/// <summary>HowToAuthMe and HowToAuthPeer.</summary>
internal enum AuthenticationWay
{
    /// <summary>PresharedKey.</summary>
    SharedKey,

    /// <summary>DigitalSignature, RsaSignature and the ECDSA words: the certificate's key decides which.</summary>
    Signature,
}
