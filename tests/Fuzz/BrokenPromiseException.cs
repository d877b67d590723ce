namespace IpsecDp.Fuzz;

/// <summary>A parser did not throw but lied.</summary>
public sealed class BrokenPromiseException(string promise) : Exception(promise);
