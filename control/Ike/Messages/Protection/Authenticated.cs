namespace IpsecDp.Ike.Messages.Protection;

/// <summary>A value whose ICV has verified: only an opener makes one, so that who asks for it cannot be given anything else.</summary>
public sealed class Authenticated<T>
    where T : class
{
    internal Authenticated(T value) => Value = value;

    /// <summary>What was opened.</summary>
    public T Value { get; }
}
