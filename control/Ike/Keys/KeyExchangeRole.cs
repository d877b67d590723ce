namespace IpsecDp.Ike.Keys;

/// <summary>Who speaks first in a key exchange.</summary>
public enum KeyExchangeRole
{
    /// <summary>Sends its value, then takes the answer.</summary>
    Initiator,

    /// <summary>Takes the initiator's value, then has its own.</summary>
    Responder,
}
