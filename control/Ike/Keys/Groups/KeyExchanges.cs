using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>Begins key exchanges.</summary>
public static class KeyExchanges
{
    /// <summary>
    /// A fresh key pair of that method. Throws <see cref="NotSupportedException"/> with a sentence for the operator where the platform
    /// has not the method: ask <see cref="KeyExchangeMethod.IsAvailable"/> before it is offered or chosen.
    /// </summary>
    public static IKeyExchange Begin(KeyExchangeMethod method, KeyExchangeRole role, IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(entropy);
        if (!method.IsAvailable)
        {
            throw new NotSupportedException(method.Unavailability);
        }

        return method.Id switch
        {
            KeyExchangeId.Curve25519 => new Curve25519Exchange(method, entropy),
            KeyExchangeId.Ecp256 or KeyExchangeId.Ecp384 or KeyExchangeId.Ecp521 => new EcpExchange(method, EcpCurve.Of(method.Id), entropy),
            KeyExchangeId.MlKem512 or KeyExchangeId.MlKem768 or KeyExchangeId.MlKem1024 when role == KeyExchangeRole.Initiator => new MlKemInitiator(method, entropy),
            KeyExchangeId.MlKem512 or KeyExchangeId.MlKem768 or KeyExchangeId.MlKem1024 => new MlKemResponder(method),
            _ => new ModpExchange(method, ModpGroup.Of(method.Id), entropy),
        };
    }
}
