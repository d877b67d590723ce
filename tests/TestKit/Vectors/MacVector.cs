namespace IpsecDp.TestKit.Vectors;

/// <summary>One published case of a MAC, perhaps with a tag cut short; an invalid one must be refused.</summary>
public sealed record MacVector(string Name, byte[] Key, byte[] Message, byte[] Tag, bool IsValid = true);
