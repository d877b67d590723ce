namespace IpsecDp.Policy.Compile;

/// <summary>The steps one compilation may spend on unfolding names, shared by all of its rules.</summary>
internal sealed class ExpansionBudget
{
    private int _left = ExpansionLimits.Steps;

    /// <summary>Takes steps; false when there are not enough left.</summary>
    public bool TrySpend(int steps) => steps <= _left && (_left -= steps) >= 0;
}
